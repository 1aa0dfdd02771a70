package io.gatun.bench.log;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** etcd by gRPC (etcdserverpb, rpc.proto), connected to the leader; each writer puts a key of its own. */
final class EtcdTarget implements Target {
    /** Times that all are asked who leads, before that is given up. */
    private static final int PATIENCE = 600;

    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int HEADER = 1;
    private static final int MEMBER = 2;
    private static final int LEADER = 4;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
    private static final MethodDescriptor<byte[], byte[]> STATUS = method("etcdserverpb.Maintenance/Status");

    private final ManagedChannel channel;
    private final byte[][] keys = new byte[LogLoad.MAX_WRITERS][];

    EtcdTarget(List<InetSocketAddress> nodes) throws Exception {
        channel = leader(nodes);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
    }

    private static ManagedChannel leader(List<InetSocketAddress> nodes) throws Exception {
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            for (InetSocketAddress node : nodes) {
                ManagedChannel candidate =
                        NettyChannelBuilder.forAddress(node).usePlaintext().build();
                if (leads(candidate)) {
                    return candidate;
                }
                candidate.shutdownNow();
            }
            Thread.sleep(50);
        }
        throw new IOException("none of " + nodes + " leads");
    }

    private static boolean leads(Channel channel) throws IOException {
        byte[] status;
        try {
            status = ClientCalls.blockingUnaryCall(channel, STATUS, CallOptions.DEFAULT, new byte[0]);
        } catch (StatusRuntimeException e) {
            return false; // it is starting
        }
        long member = 0;
        long leader = -1;
        CodedInputStream in = CodedInputStream.newInstance(status);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case HEADER -> member = member(in.readByteArray());
                case LEADER -> leader = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        return member == leader;
    }

    private static long member(byte[] header) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(header);
        long member = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == MEMBER) {
                member = in.readUInt64();
            } else {
                in.skipField(tag);
            }
        }
        return member;
    }

    @Override
    public void prepare(int writers) {
        for (int i = 0; i < writers; i++) {
            keys[i] = ("w" + i).getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Override
    public void write(int writer, byte[] bytes, Done done) {
        ClientCalls.asyncUnaryCall(
                channel.newCall(PUT, CallOptions.DEFAULT), put(keys[writer], bytes), new StreamObserver<byte[]>() {
                    @Override
                    public void onNext(byte[] value) {
                        // The answer is complete with onCompleted.
                    }

                    @Override
                    public void onError(Throwable e) {
                        done.failed(e.toString());
                    }

                    @Override
                    public void onCompleted() {
                        done.done(writer);
                    }
                });
    }

    private static byte[] put(byte[] key, byte[] value) {
        byte[] request = new byte
                [CodedOutputStream.computeByteArraySize(KEY, key)
                        + CodedOutputStream.computeByteArraySize(VALUE, value)];
        CodedOutputStream out = CodedOutputStream.newInstance(request);
        try {
            out.writeByteArray(KEY, key);
            out.writeByteArray(VALUE, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return request;
    }

    @Override
    public void drive(long ms, Done done) throws InterruptedException {
        Thread.sleep(ms); // its client has threads of its own
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
