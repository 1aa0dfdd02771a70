package io.gatun.bench.micro;

import com.google.protobuf.InvalidProtocolBufferException;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OfferID;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An OFFERS event of one offer, the message that a master sends most, in both forms of the wire. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class CodecBenchmark {
    private final Event event = event();
    private final byte[] json = MesosJson.printBytes(event);
    private final byte[] protobuf = event.toByteArray();

    private static Event event() {
        Offer offer = Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("2f8a1c0e-6b0d-4c53-9b1e-0d3f5a7c9e11-O17"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("2f8a1c0e-6b0d-4c53-9b1e-0d3f5a7c9e11-0000"))
                .setAgentId(AgentID.newBuilder().setValue("2f8a1c0e-6b0d-4c53-9b1e-0d3f5a7c9e11-S3"))
                .setHostname("node3.example.com")
                .addAllResources(Resources.parse("cpus:15.5;mem:64000;disk:900000;ports:[31000-31999]")
                        .toProtos())
                .build();
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder().addOffers(offer))
                .build();
    }

    @Benchmark
    public byte[] printJson() {
        return MesosJson.printBytes(event);
    }

    @Benchmark
    public Event parseJson() throws CodecException {
        Event.Builder builder = Event.newBuilder();
        MesosJson.merge(json, builder);
        return builder.build();
    }

    @Benchmark
    public byte[] encodeProtobuf() {
        return event.toByteArray();
    }

    @Benchmark
    public Event decodeProtobuf() throws InvalidProtocolBufferException {
        return Event.parseFrom(protobuf);
    }
}
