package io.gatun.ffm.netlink;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.util.OptionalInt;

/** The generic netlink controller, linux/genetlink.h: family names to numbers. */
public final class GenlFamily {
    /** Message type of the controller itself. */
    public static final int GENL_ID_CTRL = 0x10;

    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int CONTROLLER_VERSION = 1;

    private GenlFamily() {}

    /**
     * Looks a family up. The kernel tries to load the module that provides it (net-pf-16-proto-16-family-NAME) before
     * it says no.
     *
     * @param socket of protocol NETLINK_GENERIC
     * @return the message type to use, empty when this kernel has no such family
     * @throws SyscallException for any other failure
     */
    public static OptionalInt resolve(NetlinkSocket socket, String name) {
        NlWriter payload =
                GenlMsgHdr.writer(CTRL_CMD_GETFAMILY, CONTROLLER_VERSION).attrString(CTRL_ATTR_FAMILY_NAME, name);
        try {
            for (NlReply reply : socket.call(new NlRequest("CTRL_CMD_GETFAMILY", name, GENL_ID_CTRL, 0, payload))) {
                NlAttributes attributes = new NlAttributes(reply.payload(), GenlMsgHdr.SIZE_BYTES);
                while (attributes.next()) {
                    if (attributes.type() == CTRL_ATTR_FAMILY_ID) {
                        return OptionalInt.of(attributes.u16());
                    }
                }
            }
            throw new NetlinkFormatException("CTRL_CMD_GETFAMILY " + name + " was answered without an id");
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }
}
