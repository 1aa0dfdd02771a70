package io.gatun.ffm.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against the host's kernel: it only asks, and asks for what is refused. */
final class NetlinkSocketTest {
    @Test
    void shouldDumpLinksAndAddresses() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, 30_000)) {
            List<RtLink> links =
                    socket.dump(RtLink.dump()).stream().map(RtLink::parse).toList();
            assertThat(links).anyMatch(link -> link.name().equals("lo") && link.index() == 1);
            List<RtAddress> addresses = socket.dump(RtAddress.dump()).stream()
                    .flatMap(reply -> RtAddress.parse(reply).stream())
                    .toList();
            assertThat(addresses).contains(new RtAddress(1, 0x7f000001, 8, "lo"));
        }
    }

    @Test
    void shouldResolveFamilies() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_GENERIC, 30_000)) {
            assertThat(GenlFamily.resolve(socket, "nlctrl")).hasValue(GenlFamily.GENL_ID_CTRL);
            assertThat(GenlFamily.resolve(socket, "NOSUCHFAMILY")).isEmpty();
        }
    }

    @Test
    void shouldCountTheAcknowledgementsOfManyMessages() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_GENERIC, 30_000)) {
            List<NlRequest> requests = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                NlWriter payload = GenlMsgHdr.writer(3, 1).attrString(2, i % 3 == 0 ? "NOSUCHFAMILY" : "nlctrl");
                requests.add(new NlRequest("CTRL_CMD_GETFAMILY", "number " + i, GenlFamily.GENL_ID_CTRL, 0, payload));
            }
            int[] errors = socket.submit(requests);
            for (int i = 0; i < errors.length; i++) {
                assertThat(errors[i]).isEqualTo(i % 3 == 0 ? Errno.ENOENT : 0);
            }
        }
    }

    @Test
    void shouldNameCallObjectAndErrno() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, 30_000)) {
            // An interface number that no host has, so that nothing could change even where it were allowed.
            assertThatThrownBy(() -> socket.call(RtLink.delete(Integer.MAX_VALUE, "nosuch")))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isIn(Errno.ENODEV, Errno.EPERM))
                    .hasMessageStartingWith("RTM_DELLINK nosuch");
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // recv is not interrupted
    void shouldNotWaitForeverForAnAnswer() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_GENERIC, 100)) {
            long start = System.nanoTime();
            // A control message (type below NLMSG_MIN_TYPE) is acknowledged; NLMSG_DONE with a dump flag is not
            // answered.
            NlRequest unanswered = new NlRequest("NOOP", "dump", 1, 0, new NlWriter());
            assertThatThrownBy(() -> socket.dump(unanswered))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT))
                    .hasMessage("recv netlink/generic NOOP dump: ETIMEDOUT (Connection timed out)");
            assertThat(System.nanoTime() - start).isGreaterThan(90_000_000L);
        }
    }

    @Test
    void shouldIgnoreAnswersToOlderRequests() {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_GENERIC, 30_000)) {
            for (int i = 0; i < 50; i++) {
                assertThat(GenlFamily.resolve(socket, "nlctrl")).hasValue(GenlFamily.GENL_ID_CTRL);
                assertThatThrownBy(() -> socket.call(
                                new NlRequest("CTRL_CMD_?", "", GenlFamily.GENL_ID_CTRL, 0, GenlMsgHdr.writer(99, 1))))
                        .isInstanceOf(SyscallException.class);
            }
        }
    }

    @Test
    void shouldCloseTwice() {
        NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, 100);
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.dump(RtLink.dump())).isInstanceOf(IllegalStateException.class);
    }
}
