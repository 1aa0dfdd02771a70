/** Pseudo-terminals; pty(7), ioctl_tty(2). */
package io.gatun.ffm.tty;
