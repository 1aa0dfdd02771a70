package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.master.Response;
import io.gatun.mesos.v1.scheduler.Call;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Whatever comes in, the reader either takes it or throws a CodecException. */
final class JsonFuzzTest {
    private static final int ROUNDS = 6_000;
    private static final String TOKENS = "{}[]\",:0123456789.-+eEtrufalsn\\ud8\u0000\u00ff/ \n";

    @Test
    void shouldThrowNothingButCodecExceptionOnMutatedMessages() {
        long seed = 20260101;
        Random random = new Random(seed);
        Message[] prototypes = {
            Call.getDefaultInstance(), TaskInfo.getDefaultInstance(), Response.GetState.getDefaultInstance()
        };
        int rejected = 0;
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Message prototype = prototypes[round % prototypes.length];
            byte[] json = MesosJson.printBytes(new RandomMessages(round % 50, round % 3).like(prototype));
            byte[] mutated = mutate(json, random);
            if (reads(mutated, prototype)) {
                accepted++;
            } else {
                rejected++;
            }
        }
        assertThat(accepted).as("some mutations are harmless").isPositive();
        assertThat(rejected).as("most are not").isGreaterThan(ROUNDS / 4);
    }

    @Property(tries = 2000)
    void shouldThrowNothingButCodecExceptionOnTexts(
            @ForAll @StringLength(max = 60) @CharRange(from = ' ', to = '~') String text) {
        reads(text.getBytes(StandardCharsets.UTF_8), Call.getDefaultInstance());
        reads(("{\"type\":" + text + "}").getBytes(StandardCharsets.UTF_8), Call.getDefaultInstance());
        reads(("{\"type\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8), Call.getDefaultInstance());
    }

    @Property(tries = 1000)
    void shouldThrowNothingButCodecExceptionOnBytes(@ForAll byte[] bytes) {
        reads(bytes, Call.getDefaultInstance());
    }

    @Test
    void shouldRejectDeepNesting() {
        String deepArray = "{\"x\":" + "[".repeat(100_000);
        assertThat(reads(deepArray.getBytes(StandardCharsets.UTF_8), Call.getDefaultInstance()))
                .isFalse();
        String parents = "{\"parent\":".repeat(150) + "{\"value\":\"v\"}" + "}".repeat(150);
        assertThat(reads(parents.getBytes(StandardCharsets.UTF_8), io.gatun.mesos.v1.ContainerID.getDefaultInstance()))
                .isFalse();
    }

    private static boolean reads(byte[] json, Message prototype) {
        try {
            Message.Builder builder = prototype.newBuilderForType();
            MesosJson.merge(json, builder);
            assertThat(builder.isInitialized()).isTrue();
            return true;
        } catch (CodecException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    private static byte[] mutate(byte[] json, Random random) {
        byte[] bytes = json;
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) TOKENS.charAt(random.nextInt(TOKENS.length()));
                case 2 -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
                case 3 -> bytes = splice(bytes, at, random);
                default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    /** Copies a piece of the text to somewhere else in it. */
    private static byte[] splice(byte[] bytes, int at, Random random) {
        int from = random.nextInt(bytes.length);
        int length = Math.min(random.nextInt(30), bytes.length - from);
        byte[] longer = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, longer, 0, at);
        System.arraycopy(bytes, from, longer, at, length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
    }
}
