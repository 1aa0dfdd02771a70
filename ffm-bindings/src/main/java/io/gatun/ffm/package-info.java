/** Every kernel interface: syscalls, structs, netlink, spawning. The only code that touches java.lang.foreign. */
package io.gatun.ffm;
