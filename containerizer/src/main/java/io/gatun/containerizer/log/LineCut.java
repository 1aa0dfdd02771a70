package io.gatun.containerizer.log;

import io.gatun.ffm.NativeBuffer;
import java.util.function.BooleanSupplier;

/**
 * Where a bounded file ends and the next one begins: after a line. A line that began in a file is completed there; one
 * that does not fit begins the next file; only a line longer than a whole file is divided. Pure.
 *
 * @param bytes that go to this file now
 * @param rotate whether the next byte belongs to a new file
 */
record LineCut(long bytes, boolean rotate) {
    private static final byte NEWLINE = '\n';

    /**
     * Decides.
     *
     * @param size of the file so far, bytes
     * @param max that it should have at most, bytes
     * @param midLine asked when it matters: whether the file ends within a line
     * @param next the bytes that come
     */
    static LineCut of(long size, long max, BooleanSupplier midLine, NativeBuffer next) {
        long count = next.byteSize();
        long room = Math.max(0, max - size);
        if (count <= room) {
            return new LineCut(count, false);
        }
        long whole = last(next, room) + 1;
        if (whole > 0) {
            return new LineCut(whole, true);
        }
        if (!midLine.getAsBoolean()) {
            // Nothing of this line is written yet; the next file takes it whole, if any file can.
            return size > 0 ? new LineCut(0, true) : new LineCut(room, true);
        }
        long rest = first(next) + 1;
        long most = Math.max(1, 2 * max - size);
        if (rest > 0 && rest <= most) {
            return new LineCut(rest, true);
        }
        return rest == 0 && count < most ? new LineCut(count, false) : new LineCut(Math.min(count, most), true);
    }

    private static long last(NativeBuffer bytes, long before) {
        for (long i = before - 1; i >= 0; i--) {
            if (bytes.get(i) == NEWLINE) {
                return i;
            }
        }
        return -1;
    }

    private static long first(NativeBuffer bytes) {
        for (long i = 0; i < bytes.byteSize(); i++) {
            if (bytes.get(i) == NEWLINE) {
                return i;
            }
        }
        return -1;
    }
}
