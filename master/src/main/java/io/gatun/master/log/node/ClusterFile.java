package io.gatun.master.log.node;

import io.gatun.master.log.Epoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file {@code cluster} beside the log: of which log this is a replica, and which one. A line of text, then its CRC32C.
 *
 * @param state how far it is
 * @param cluster the log's id; all zero when it is in none
 * @param id of the replica; 0 when it has none yet
 */
record ClusterFile(State state, UUID cluster, int id) {
    /** What the file says of the log. */
    enum State {
        /** No log. */
        NONE(0),
        /** It agreed to form one; it has written nothing to it. */
        FORMING(1),
        /** There is, or was, a log. */
        FORMED(2);

        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }

        /** In messages. */
        byte code() {
            return code;
        }

        /**
         * The inverse of {@link #code}.
         *
         * @throws IllegalArgumentException when there is none
         */
        static State of(byte code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalArgumentException("state=" + code + ": must be 0 to 2");
        }
    }

    static final UUID NO_CLUSTER = new UUID(0, 0);

    private static final String NAME = "cluster";
    private static final String VERSION = "1";
    private static final int FIELDS = 5;

    /** Nothing yet. */
    static ClusterFile none() {
        return new ClusterFile(State.NONE, NO_CLUSTER, 0);
    }

    /**
     * Reads it.
     *
     * @throws LogException when it is there and cannot be trusted
     */
    static ClusterFile read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return none();
        }
        try {
            return parse(file, Files.readString(file).strip());
        } catch (IOException e) {
            throw new LogException("read " + file + ": " + e, e);
        }
    }

    private static ClusterFile parse(Path file, String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) {
            throw new LogException(file + ": '" + line + "' is not '" + VERSION
                    + " STATE CLUSTER ID CRC32C': restore the file from a backup, or remove the whole directory to"
                    + " have this replica filled by the others");
        }
        if (!fields[FIELDS - 1].equals(checksum(line.substring(0, line.lastIndexOf(' '))))) {
            throw new LogException(file + ": the checksum of '" + line + "' is wrong: restore the file from a backup,"
                    + " or remove the whole directory to have this replica filled by the others");
        }
        try {
            int id = Integer.parseInt(fields[3]);
            if (id < 0 || id > Epoch.MAX_ID) {
                throw new LogException(file + ": replica id " + id + " must be 0 to " + Epoch.MAX_ID);
            }
            return new ClusterFile(State.valueOf(fields[1]), UUID.fromString(fields[2]), id);
        } catch (IllegalArgumentException e) {
            throw new LogException(file + ": '" + line + "': " + e.getMessage(), e);
        }
    }

    /**
     * Writes it, durable when this returns.
     *
     * @throws LogException when that cannot be
     */
    ClusterFile write(Path directory) {
        String text = VERSION + " " + state + " " + cluster + " " + id;
        Path fresh = directory.resolve(NAME + ".new");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes =
                        ByteBuffer.wrap((text + " " + checksum(text) + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return this;
        } catch (IOException e) {
            throw new LogException("write " + directory.resolve(NAME) + ": " + e, e);
        }
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", (int) crc.getValue());
    }
}
