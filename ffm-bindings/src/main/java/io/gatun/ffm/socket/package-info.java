/** Sockets: socket(7), ip(7), recvmmsg(2), sendmmsg(2). */
package io.gatun.ffm.socket;
