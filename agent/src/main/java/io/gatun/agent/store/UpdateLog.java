package io.gatun.agent.store;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.TaskStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file {@code task.updates} of one task: its status updates and their acknowledgements in the order in which they
 * happened. A method returns when its record would survive a power cut. Not thread-safe; the agent's loop owns it.
 */
public final class UpdateLog implements AutoCloseable {
    /** First byte of a payload: a TaskStatus follows. */
    private static final byte UPDATE = 'U';
    /** First byte of a payload: the 16 bytes of an acknowledged update's uuid follow. */
    private static final byte ACKNOWLEDGED = 'A';

    private final Path file;
    private final FileChannel channel;

    private UpdateLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Begins an empty log. */
    static UpdateLog create(Path file) {
        return open(file, 0);
    }

    /**
     * Reads a log and goes on behind its last whole record, cutting off a torn one.
     *
     * @throws CorruptFileException for any other damage
     */
    static Recovered recover(Path file) {
        RecordFormat.Contents contents = RecordFormat.decode(file, DurableFiles.read(file));
        List<TaskStatus> updates = new ArrayList<>();
        Set<ByteString> acknowledged = new HashSet<>();
        for (byte[] payload : contents.payloads()) {
            byte[] body = Arrays.copyOfRange(payload, 1, payload.length);
            switch (payload[0]) {
                case UPDATE -> updates.add(DurableFiles.parse(file, 0, body, TaskStatus.parser()));
                case ACKNOWLEDGED -> acknowledged.add(ByteString.copyFrom(body));
                default -> throw new CorruptFileException(file, 0, "record kind " + payload[0]);
            }
        }
        return new Recovered(open(file, contents.lengthBytes()), List.copyOf(updates), Set.copyOf(acknowledged));
    }

    /** Adds a status update. */
    public void update(TaskStatus status) {
        append(UPDATE, status.toByteArray());
    }

    /** Adds the acknowledgement of the update with this uuid. */
    public void acknowledged(ByteString uuid) {
        append(ACKNOWLEDGED, uuid.toByteArray());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close " + file + ": " + e, e);
        }
    }

    private static UpdateLog open(Path file, int lengthBytes) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(lengthBytes);
            channel.position(lengthBytes);
            channel.force(true);
            DurableFiles.syncDirectory(file.getParent());
            return new UpdateLog(file, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("open " + file + ": " + e, e);
        }
    }

    private void append(byte kind, byte[] body) {
        byte[] payload =
                ByteBuffer.allocate(1 + body.length).put(kind).put(body).array();
        ByteBuffer record = RecordFormat.encode(payload);
        try {
            long start = channel.position();
            try {
                while (record.hasRemaining()) {
                    channel.write(record);
                }
                channel.force(false);
            } catch (IOException e) {
                // A part of the record may be there (disk full): the next append must not stand behind it.
                channel.truncate(start);
                channel.position(start);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("append to " + file + ": " + e, e);
        }
    }

    /**
     * A log that was read.
     *
     * @param log to go on with
     * @param updates all, oldest first
     * @param acknowledged the uuids of those that were acknowledged
     */
    public record Recovered(UpdateLog log, List<TaskStatus> updates, Set<ByteString> acknowledged) {}
}
