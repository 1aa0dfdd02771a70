package io.gatun.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.netlink.NlMsgHdr;
import io.gatun.ffm.netlink.NlReply;
import io.gatun.ffm.netlink.NlRequest;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Golden bytes derived by hand from linux/ip_vs.h for family number 0x20, REQUEST|ACK, sequence 1, little endian. */
@EnabledIf("littleEndian")
final class IpvsCodecTest {
    private static final IpvsCodec CODEC = new IpvsCodec(0x20);
    private static final IpvsService SERVICE = new IpvsService(VipProtocol.TCP, ip("11.0.0.37"), 80, "wlc");
    private static final VipBackend BACKEND = new VipBackend(ip("10.0.0.243"), 12049, 1);

    static boolean littleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    @Test
    void shouldEncodeNewService() {
        assertThat(hex(CODEC.newService(SERVICE)))
                .isEqualTo("5c000000 20000500 01000000 00000000 01010000 48000180 06000100 02000000 06000200 06000000"
                        + " 08000300 0b000025 06000400 00500000 08000600 776c6300 0c000700 00000000 ffffffff 08000800"
                        + " 00000000 08000900 ffffffff");
    }

    @Test
    void shouldEncodeNewDestination() {
        assertThat(hex(CODEC.newDestination(SERVICE.key(), BACKEND)))
                .isEqualTo("74000000 20000500 01000000 00000000 05010000 24000180 06000100 02000000 06000200 06000000"
                        + " 08000300 0b000025 06000400 00500000 3c000280 08000100 0a0000f3 06000200 2f110000 08000300"
                        + " 00000000 08000400 01000000 08000500 00000000 08000600 00000000 06000b00 02000000");
    }

    @Test
    void shouldEncodeDeletions() {
        assertThat(hex(CODEC.deleteService(SERVICE.key())))
                .isEqualTo("38000000 20000500 01000000 00000000 03010000 24000180 06000100 02000000 06000200 06000000"
                        + " 08000300 0b000025 06000400 00500000");
        assertThat(hex(CODEC.deleteDestination(SERVICE.key(), BACKEND)))
                .isEqualTo("4c000000 20000500 01000000 00000000 07010000 24000180 06000100 02000000 06000200 06000000"
                        + " 08000300 0b000025 06000400 00500000 14000280 08000100 0a0000f3 06000200 2f110000");
    }

    @Test
    void shouldReadBackWhatItWritesForAnyService() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            IpvsService service = new IpvsService(
                    random.nextBoolean() ? VipProtocol.TCP : VipProtocol.UDP,
                    Ipv4.of(random.nextInt()),
                    1 + random.nextInt(65_535),
                    "abcdefghijklmno".substring(0, 1 + random.nextInt(15)));
            VipBackend backend =
                    new VipBackend(Ipv4.of(random.nextInt()), 1 + random.nextInt(65_535), random.nextInt(65_536));
            assertThat(IpvsCodec.parseService(reply(CODEC.newService(service)))).contains(service);
            assertThat(IpvsCodec.parseDestination(reply(CODEC.newDestination(service.key(), backend))))
                    .contains(backend);
        }
    }

    @Test
    void shouldLeaveServicesOfOtherKindsAlone() {
        byte[] ipv6 = bytes(CODEC.newService(SERVICE));
        ipv6[28] = 10; // AF_INET6
        assertThat(IpvsCodec.parseService(reply(ipv6))).isEmpty();
        byte[] sctp = bytes(CODEC.newService(SERVICE));
        sctp[36] = (byte) 132;
        assertThat(IpvsCodec.parseService(reply(sctp))).isEmpty();
    }

    @Test
    void shouldNameCallAndObject() {
        NlRequest request = CODEC.setDestination(SERVICE.key(), BACKEND);
        assertThat(request.call() + " " + request.object())
                .isEqualTo("IPVS_CMD_SET_DEST tcp 11.0.0.37:80 -> 10.0.0.243:12049");
    }

    private static Inet4Address ip(String text) {
        return Ipv4.parse(text).orElseThrow();
    }

    private static byte[] bytes(NlRequest request) {
        ByteBuffer buffer = ByteBuffer.allocate(request.encodedBytes()).order(ByteOrder.nativeOrder());
        request.encode(buffer, NlMsgHdr.NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK, 1, 0);
        return buffer.array();
    }

    private static NlReply reply(NlRequest request) {
        return reply(bytes(request));
    }

    private static NlReply reply(byte[] message) {
        byte[] payload = Arrays.copyOfRange(message, NlMsgHdr.SIZE_BYTES, message.length);
        return new NlReply(0x20, 0, ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()));
    }

    private static String hex(NlRequest request) {
        return HexFormat.of().formatHex(bytes(request)).replaceAll("(.{8})(?!$)", "$1 ");
    }
}
