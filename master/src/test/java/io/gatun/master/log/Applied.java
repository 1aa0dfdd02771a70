package io.gatun.master.log;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What the simulated application has in a snapshot: all positions with their values. */
final class Applied {
    private Applied() {}

    static byte[] encode(Map<Long, Long> applied) {
        ByteBuffer bytes = ByteBuffer.allocate(applied.size() * 2 * Long.BYTES);
        applied.forEach((position, value) -> bytes.putLong(position).putLong(value));
        return bytes.array();
    }

    static NavigableMap<Long, Long> decode(byte[] state) {
        NavigableMap<Long, Long> applied = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(state);
        while (bytes.hasRemaining()) {
            applied.put(bytes.getLong(), bytes.getLong());
        }
        return applied;
    }
}
