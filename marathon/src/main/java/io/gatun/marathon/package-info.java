/** Keeps services running: a framework over the public scheduler API. */
package io.gatun.marathon;
