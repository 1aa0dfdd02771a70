package io.gatun.ffm.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

final class NlCodecTest {
    static boolean littleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    /** Derived by hand from linux/rtnetlink.h and linux/if_link.h; little endian. */
    @Test
    @EnabledIf("littleEndian")
    void shouldEncodeLinks() {
        assertThat(hex(RtLink.create("gatun", "dummy")))
                .isEqualTo("3c000000" + "10000106" + "01000000" + "00000000" + "00000000".repeat(4) + "0a000300"
                        + "676174756e000000" + "10001280" + "0a000100" + "64756d6d79000000");
        assertThat(hex(RtLink.up(7, "gatun")))
                .isEqualTo("20000000" + "10000100" + "01000000" + "00000000" + "00000000" + "07000000" + "01000000"
                        + "01000000");
    }

    @Test
    @EnabledIf("littleEndian")
    void shouldEncodeAddresses() {
        assertThat(hex(new RtAddress(7, 0x0b010203, 32, "gatun:vip").add()))
                .isEqualTo("38000000" + "14000106" + "01000000" + "00000000" + "022000fe" + "07000000" + "08000200"
                        + "0b010203" + "08000100" + "0b010203" + "0e000300" + "676174756e3a766970000000");
    }

    @Test
    void shouldReadBackAddressesAndLinks() {
        RtAddress address = new RtAddress(3, 0xc6336401, 32, "lo:vip");
        assertThat(RtAddress.parse(reply(address.add()))).contains(address);
        assertThat(address).hasToString("198.51.100.1/32 label lo:vip on interface 3");
        RtLink link = RtLink.parse(reply(RtLink.create("gatun", "dummy")));
        assertThat(link.name()).isEqualTo("gatun");
        assertThat(link.kind()).contains("dummy");
    }

    @Test
    void shouldReadBackAnyAttributes() {
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            NlWriter writer = new NlWriter();
            List<String> written = new ArrayList<>();
            write(writer, written, random, 0);
            List<String> read = new ArrayList<>();
            read(new NlAttributes(ByteBuffer.wrap(writer.toByteArray()).order(ByteOrder.nativeOrder()), 0), read);
            assertThat(read).isEqualTo(written);
        }
    }

    @Test
    void shouldRefuseWhatContradictsItself() {
        Random random = new Random(12);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            NlAttributes attributes = new NlAttributes(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
            try {
                while (attributes.next()) {
                    assertThat(attributes.bytes()).hasSize(attributes.length());
                }
            } catch (NetlinkFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        NlAttributes one = new NlAttributes(
                ByteBuffer.wrap(new NlWriter().attrU16(1, 2).toByteArray()).order(ByteOrder.nativeOrder()), 0);
        assertThat(one.next()).isTrue();
        assertThatThrownBy(one::u32).hasMessage("netlink: attribute 1 has 2 bytes, expected 4");
        assertThatThrownBy(() -> new NlWriter().attrString(3, "a\0b")).hasMessage("attribute 3: contains NUL");
    }

    /** Types say what is inside: below 100 bytes, 100 a u16, 101 a be16, 102 a u32, 103 a be32, 104 text, from 200 a nest. */
    private static void write(NlWriter writer, List<String> written, Random random, int depth) {
        for (int i = random.nextInt(6); i > 0; i--) {
            int value = random.nextInt();
            switch (random.nextInt(7)) {
                case 0 -> {
                    byte[] bytes = new byte[random.nextInt(20)];
                    random.nextBytes(bytes);
                    writer.attrBytes(7, bytes);
                    written.add("7=" + HexFormat.of().formatHex(bytes));
                }
                case 1 -> {
                    writer.attrU16(100, value & 0xffff);
                    written.add("100=" + (value & 0xffff));
                }
                case 2 -> {
                    writer.attrBe16(101, value & 0xffff);
                    written.add("101=" + (value & 0xffff));
                }
                case 3 -> {
                    writer.attrU32(102, value);
                    written.add("102=" + value);
                }
                case 4 -> {
                    writer.attrBe32(103, value);
                    written.add("103=" + value);
                }
                case 5 -> {
                    writer.attrString(104, "t" + value);
                    written.add("104=t" + value);
                }
                default -> {
                    written.add("200{");
                    int nest = writer.begin(200);
                    if (depth < 4) {
                        write(writer, written, random, depth + 1);
                    }
                    writer.end(nest);
                    written.add("}");
                }
            }
        }
    }

    private static void read(NlAttributes attributes, List<String> read) {
        while (attributes.next()) {
            switch (attributes.type()) {
                case 7 -> read.add("7=" + HexFormat.of().formatHex(attributes.bytes()));
                case 100 -> read.add("100=" + attributes.u16());
                case 101 -> read.add("101=" + attributes.be16());
                case 102 -> read.add("102=" + attributes.u32());
                case 103 -> read.add("103=" + attributes.be32());
                case 104 -> read.add("104=" + attributes.string());
                default -> {
                    read.add("200{");
                    read(attributes.nested(), read);
                    read.add("}");
                }
            }
        }
    }

    private static byte[] bytes(NlRequest request) {
        ByteBuffer buffer = ByteBuffer.allocate(request.encodedBytes()).order(ByteOrder.nativeOrder());
        request.encode(buffer, NlMsgHdr.NLM_F_REQUEST, 1, 0);
        return buffer.array();
    }

    private static NlReply reply(NlRequest request) {
        ByteBuffer payload = ByteBuffer.wrap(bytes(request), NlMsgHdr.SIZE_BYTES, request.encodedBytes() - 16);
        return new NlReply(0, 0, payload.slice().order(ByteOrder.nativeOrder()));
    }

    private static String hex(NlRequest request) {
        return HexFormat.of().formatHex(bytes(request));
    }
}
