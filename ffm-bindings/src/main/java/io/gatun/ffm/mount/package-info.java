/** Mounts. */
package io.gatun.ffm.mount;
