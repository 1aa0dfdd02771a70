package io.gatun.dnsserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.dnsserver.Wire.Message;
import io.gatun.dnsserver.Wire.Rr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ResponderTest {
    private static final int A = Dns.TYPE_A;
    private static final int SRV = Dns.TYPE_SRV;

    private final AnswerTable table = table(3);
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(70_000));
    private final Responder responder = new Responder(() -> table);

    @Test
    void shouldAnswerAddresses() {
        Message answer = ask("web.marathon.mesos", A);
        assertThat(answer.rcode()).isEqualTo(Dns.NOERROR);
        assertThat(answer.authoritative()).isTrue();
        assertThat(answer.id()).isEqualTo(77);
        assertThat(answer.flags() & Dns.FLAG_RD).isNotZero();
        assertThat(answer.data()).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2", "10.0.0.3");
        assertThat(answer.answers()).allMatch(rr -> rr.ttl() == 5 && rr.owner().equals("web.marathon.mesos."));
    }

    @Test
    void shouldAnswerServicesWithTheAddressesOfTheirTargets() {
        Message answer = ask("_web._tcp.marathon.mesos", SRV);
        assertThat(answer.data())
                .containsExactlyInAnyOrder(
                        "0 1 31000 web-0.marathon.mesos.",
                        "0 1 31001 web-1.marathon.mesos.",
                        "0 1 31002 web-2.marathon.mesos.");
        assertThat(answer.additional())
                .containsExactlyInAnyOrder(
                        new Rr("web-0.marathon.mesos.", A, 5, "10.0.0.1"),
                        new Rr("web-1.marathon.mesos.", A, 5, "10.0.0.2"),
                        new Rr("web-2.marathon.mesos.", A, 5, "10.0.0.3"));
    }

    @Test
    void shouldRotateAnswersEvenly() {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            first.merge(ask("web.marathon.mesos", A).data().getFirst(), 1, Integer::sum);
            assertThat(ask("_web._tcp.marathon.mesos", SRV).data()).hasSize(3).doesNotHaveDuplicates();
        }
        assertThat(first.values()).hasSize(3).allMatch(count -> count >= 90);
    }

    @Test
    void shouldKeepTheCaseOfTheQuestion() {
        Message answer = ask("wEb.MARathon.MeSoS", A);
        assertThat(answer.question()).isEqualTo("wEb.MARathon.MeSoS. 1");
        assertThat(answer.answers()).hasSize(3).allMatch(rr -> rr.owner().equals("wEb.MARathon.MeSoS."));
        assertThat(ask("wEb.MARathon.MeSoS", 16).authority().getFirst().owner()).isEqualTo("MeSoS.");
    }

    @Test
    void shouldTellNxdomainFromNodata() {
        Message missing = ask("nosuch.marathon.mesos", A);
        assertThat(missing.rcode()).isEqualTo(Dns.NXDOMAIN);
        assertThat(missing.authority()).singleElement().satisfies(soa -> {
            assertThat(soa.owner()).isEqualTo("mesos.");
            assertThat(soa.type()).isEqualTo(Dns.TYPE_SOA);
            assertThat(soa.ttl()).isEqualTo(5);
            assertThat(soa.data()).isEqualTo("ns1.mesos. root.ns1.mesos. 42 60 600 86400 5");
        });
        assertThat(missing.authoritative()).isTrue();
        Message otherType = ask("web.marathon.mesos", Dns.TYPE_AAAA);
        assertThat(otherType.rcode()).isEqualTo(Dns.NOERROR);
        assertThat(otherType.answers()).isEmpty();
        assertThat(otherType.authority()).hasSize(1);
        // An empty non-terminal: nothing has this name, but something is below it.
        assertThat(ask("_tcp.marathon.mesos", A).rcode()).isEqualTo(Dns.NOERROR);
        assertThat(ask("marathon.mesos", A).rcode()).isEqualTo(Dns.NOERROR);
        assertThat(ask("below.web.marathon.mesos", A).rcode()).isEqualTo(Dns.NXDOMAIN);
    }

    @Test
    void shouldAnswerTheApexOfItsZones() {
        assertThat(ask("mesos", Dns.TYPE_SOA).data()).containsExactly("ns1.mesos. root.ns1.mesos. 42 60 600 86400 5");
        Message ns = ask("mesos", Dns.TYPE_NS);
        assertThat(ns.data()).containsExactly("ns1.mesos.");
        assertThat(ns.additional()).containsExactly(new Rr("ns1.mesos.", A, 5, "198.51.100.1"));
        assertThat(ask("ready.spartan", Dns.TYPE_ANY).data()).containsExactly("127.0.0.1");
        assertThat(ask("localhost", A).data()).containsExactly("127.0.0.1");
        assertThat(ask("web.marathon.l4lb.thisdcos.directory", A).data()).containsExactly("11.1.2.3");
        assertThat(ask("x.thisdcos.directory", A).authority().getFirst().owner())
                .isEqualTo("thisdcos.directory.");
    }

    @Test
    void shouldRefuseWhatIsNotItsBusiness() {
        assertThat(ask("example.com", A).rcode()).isEqualTo(Dns.REFUSED);
        assertThat(ask("example.com", A).authoritative()).isFalse();
        assertThat(ask("mesos", Dns.TYPE_AXFR).rcode()).isEqualTo(Dns.REFUSED);
        assertThat(ask("mesos", Dns.TYPE_MAILA).rcode()).isEqualTo(Dns.NOTIMP);
        byte[] chaos = Wire.query(77, "web.marathon.mesos", A, 0);
        chaos[chaos.length - 1] = 3;
        assertThat(answer(chaos).rcode()).isEqualTo(Dns.REFUSED);
        byte[] update = Wire.query(77, "mesos", A, 0);
        update[2] = 5 << 3;
        assertThat(answer(update).rcode()).isEqualTo(Dns.NOTIMP);
        byte[] two = Wire.query(77, "mesos", A, 0);
        two[5] = 2;
        assertThat(answer(two).rcode()).isEqualTo(Dns.FORMERR);
        assertThat(ask("mesos", Dns.TYPE_OPT).rcode()).isEqualTo(Dns.FORMERR);
    }

    @Test
    void shouldNotAnswerAnswersNorFragments() {
        byte[] response = Wire.query(77, "mesos", A, 0);
        response[2] |= (byte) 0x80;
        assertThat(raw(response, Dns.UDP_BYTES_MAX, false)).isEmpty();
        assertThat(raw(new byte[11], Dns.UDP_BYTES_MAX, false)).isEmpty();
    }

    @Test
    void shouldSpeakEdns() {
        Message answer = answer(Wire.query(77, "web.marathon.mesos", A, 4096));
        assertThat(answer.additional()).containsExactly(new Rr("", Dns.TYPE_OPT, 0, "payload 1232"));
        byte[] version1 = Wire.query(77, "web.marathon.mesos", A, 4096);
        version1[version1.length - 5] = 1;
        Message badVersion = answer(version1);
        assertThat(badVersion.answers()).isEmpty();
        assertThat(badVersion.additional().getFirst().ttl() >>> 24).isEqualTo(1);
        byte[] dnssec = Wire.query(77, "web.marathon.mesos", A, 4096);
        dnssec[dnssec.length - 4] = (byte) 0x80;
        assertThat(answer(dnssec).additional().getFirst().ttl()).isEqualTo(Dns.EDNS_DO);
        byte[] twice = Wire.query(77, "web.marathon.mesos", A, 4096);
        byte[] both = Arrays.copyOf(twice, twice.length + Dns.OPT_BYTES);
        System.arraycopy(twice, twice.length - Dns.OPT_BYTES, both, twice.length, Dns.OPT_BYTES);
        both[11] = 2;
        assertThat(answer(both).rcode()).isEqualTo(Dns.FORMERR);
    }

    @Test
    void shouldTruncateToWhatTheClientTakes() {
        AnswerTable large = table(200);
        Responder big = new Responder(() -> large);
        for (int edns : new int[] {0, 100, 512, 800, 1232, 4096}) {
            Message answer =
                    Wire.parse(raw(big, Wire.query(1, "web.marathon.mesos", A, edns), Dns.UDP_BYTES_MAX, false));
            assertThat(answer.truncated()).isTrue();
            assertThat(answer.length()).isLessThanOrEqualTo(Math.clamp(edns, 512, 1232));
            assertThat(answer.length()).isGreaterThan(Math.clamp(edns, 512, 1232) - 16);
            assertThat(answer.data()).doesNotHaveDuplicates();
        }
        Message tcp = Wire.parse(raw(big, Wire.query(1, "web.marathon.mesos", A, 0), Dns.TCP_BYTES_MAX, true));
        assertThat(tcp.truncated()).isFalse();
        assertThat(tcp.data()).hasSize(200);
        Message services =
                Wire.parse(raw(big, Wire.query(1, "_web._tcp.marathon.mesos", SRV, 0), Dns.TCP_BYTES_MAX, true));
        assertThat(services.data()).hasSize(200);
        assertThat(services.additional()).hasSize(200);
    }

    @Test
    void shouldLeaveOutAdditionalRecordsThatDoNotFit() {
        AnswerTable ten = table(10);
        Responder some = new Responder(() -> ten);
        Message answer = Wire.parse(raw(some, Wire.query(1, "_web._tcp.marathon.mesos", SRV, 0), 1232, false));
        assertThat(answer.truncated()).isFalse();
        assertThat(answer.data()).hasSize(10);
        assertThat(answer.additional()).isEmpty();
    }

    @Test
    void shouldNotDenyBeforeAnythingIsKnown() {
        AnswerTable unknown = FixedZones.builder(42, 5, false, List.of()).build();
        Responder early = new Responder(() -> unknown);
        assertThat(Wire.parse(raw(early, Wire.query(1, "web.marathon.mesos", A, 0), 1232, false))
                        .rcode())
                .isEqualTo(Dns.SERVFAIL);
        assertThat(Wire.parse(raw(early, Wire.query(1, "ready.spartan", A, 0), 1232, false))
                        .data())
                .containsExactly("127.0.0.1");
    }

    @Test
    void shouldFindEveryNameOfALargeTable() {
        AnswerTableBuilder builder = FixedZones.builder(1, 5, true, List.of());
        Random random = new Random(5);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String name = "n" + Long.toString(random.nextLong() >>> 1, 36) + ".f" + i % 50 + ".mesos.";
            names.add(name);
            builder.addresses(name, List.of(ip(i)));
        }
        AnswerTable large = builder.build();
        Responder big = new Responder(() -> large);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i).substring(0, names.get(i).length() - 1).toUpperCase(Locale.ROOT);
            assertThat(Wire.parse(raw(big, Wire.query(1, name, A, 0), 1232, false))
                            .data())
                    .containsExactly(ip(i).getHostAddress());
        }
        assertThat(Wire.parse(raw(big, Wire.query(1, "f3.mesos", A, 0), 1232, false))
                        .rcode())
                .isZero();
    }

    /** Never throws, never writes outside, answers with what can be parsed: for random bytes and for damaged queries. */
    @Test
    void shouldSurviveAnything() {
        Random random = new Random(20_261_121);
        String[] names = {
            "web.marathon.mesos", "_web._tcp.marathon.mesos", "mesos", "x.y.mesos", "a.b.c", "ready.spartan"
        };
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes;
            if (random.nextInt(4) == 0) {
                bytes = new byte[random.nextInt(600)];
                random.nextBytes(bytes);
            } else {
                bytes = Wire.query(
                        i, names[random.nextInt(names.length)], random.nextInt(260), random.nextInt(2) * 1232);
                for (int flips = random.nextInt(4); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                bytes = Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length);
            }
            byte[] answer = raw(bytes, Dns.UDP_BYTES_MAX, false);
            if (answer.length > 0) {
                assertThat(answer.length).isBetween(12, 1232);
                assertThat(answer[0]).isEqualTo(bytes[0]);
                assertThat(answer[1]).isEqualTo(bytes[1]);
                assertThat(Wire.parse(answer).flags() & Dns.FLAG_QR).isNotZero();
            } else {
                assertThat(bytes.length < 12 || (bytes[2] & 0x80) != 0).isTrue();
            }
        }
    }

    static AnswerTable table(int instances) {
        List<InetAddress> ips = new ArrayList<>();
        List<SrvTarget> targets = new ArrayList<>();
        AnswerTableBuilder builder = FixedZones.builder(42, 5, true, List.of(literal("198.51.100.1")));
        for (int i = 0; i < instances; i++) {
            ips.add(ip(i + 1));
            targets.add(new SrvTarget("web-" + i + ".marathon.mesos.", 31_000 + i));
            builder.addresses("web-" + i + ".marathon.mesos.", List.of(ip(i + 1)));
        }
        return builder.addresses("web.marathon.mesos.", ips)
                .services("_web._tcp.marathon.mesos.", targets)
                .addresses("web.marathon.l4lb.thisdcos.directory.", List.of(literal("11.1.2.3")))
                .build();
    }

    private static InetAddress ip(int number) {
        return literal("10." + (number >>> 16) + "." + (number >>> 8 & 0xff) + "." + (number & 0xff));
    }

    private static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text);
    }

    private Message ask(String name, int type) {
        return answer(Wire.query(77, name, type, 0));
    }

    private Message answer(byte[] query) {
        return Wire.parse(raw(query, Dns.UDP_BYTES_MAX, false));
    }

    private byte[] raw(byte[] query, int max, boolean tcp) {
        return raw(responder, query, max, tcp);
    }

    private byte[] raw(Responder with, byte[] query, int max, boolean tcp) {
        int offset = 2048;
        byte[] canary = "canary".getBytes(UTF_8);
        buffer.putBytes(offset - canary.length, canary);
        buffer.putBytes(offset + query.length, new byte[64]);
        buffer.putBytes(offset, query);
        if (!tcp) {
            buffer.putBytes(offset + 2048, canary);
        }
        int length = with.answer(buffer, offset, query.length, max, tcp);
        byte[] answer = new byte[length];
        buffer.getBytes(offset, answer);
        byte[] after = new byte[canary.length];
        buffer.getBytes(offset - canary.length, after);
        assertThat(after).isEqualTo(canary);
        if (!tcp) {
            buffer.getBytes(offset + 2048, after);
            assertThat(after).isEqualTo(canary);
        }
        return answer;
    }
}
