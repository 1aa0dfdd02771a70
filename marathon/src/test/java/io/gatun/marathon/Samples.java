package io.gatun.marathon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OfferID;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Values that many tests need. JSON is written with single quotes for its readers' sake. */
public final class Samples {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicLong OFFERS = new AtomicLong();

    private Samples() {}

    public static JsonNode json(String text) {
        return exactJson(text.replace('\'', '"'));
    }

    /** JSON as it came over the wire. */
    public static JsonNode exactJson(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** An app as the reader makes it, in a version of the given time. */
    public static AppSpec app(String text, long versionMs) {
        return AppReader.read(json(text), Optional.empty(), "*").asNew(new Timestamp(versionMs));
    }

    public static AppSpec app(String text) {
        return app(text, 1_000);
    }

    public static Offer offer(double cpus, double mem, int firstPort, int lastPort) {
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("O" + OFFERS.incrementAndGet()))
                .setFrameworkId(FrameworkID.newBuilder().setValue("fake-0000"))
                .setAgentId(AgentID.newBuilder().setValue("S0"))
                .setHostname("node.test")
                .addResources(scalar("cpus", cpus))
                .addResources(scalar("mem", mem))
                .addResources(ports(firstPort, lastPort))
                .build();
    }

    public static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    public static Resource ports(int first, int last) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(first).setEnd(last)))
                .build();
    }

    /** News as an agent sends them: with a uuid, to be acknowledged. */
    public static TaskStatus status(TaskInfo task, TaskState state) {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
        return TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setState(state)
                .setUuid(ByteString.copyFrom(bytes))
                .build();
    }
}
