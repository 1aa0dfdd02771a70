package io.gatun.ffm.netlink;

/** A netlink message contradicts its own lengths. The kernel does not send such: a bug in a binding, or memory gone bad. */
public final class NetlinkFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NetlinkFormatException(String message) {
        super("netlink: " + message);
    }
}
