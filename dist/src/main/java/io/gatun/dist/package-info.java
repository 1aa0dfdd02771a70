/** The gatun command: roles, flags, one process for all of them. */
package io.gatun.dist;
