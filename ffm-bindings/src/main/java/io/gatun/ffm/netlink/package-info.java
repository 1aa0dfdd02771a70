/** Netlink: netlink(7), rtnetlink(7), generic netlink. */
package io.gatun.ffm.netlink;
