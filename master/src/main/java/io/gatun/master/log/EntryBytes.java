package io.gatun.master.log;

import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Room for the bytes of entries, in blocks that are used again once what was in them is compacted. One thread. */
final class EntryBytes {
    private static final int BLOCK_BYTES = 1 << 20;
    /** Blocks kept for later; more than compactions usually free would only hold memory. */
    private static final int SPARE_MAX = 64;

    private static final class Block {
        private final UnsafeBuffer buffer;
        private int used;
        private long last;

        Block(int capacity) {
            buffer = new UnsafeBuffer(new byte[capacity]);
        }
    }

    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private final ArrayDeque<Block> spare = new ArrayDeque<>();

    /** Copies the bytes of the entry at a position; {@link #lastOffset} tells where to in the buffer that is returned. */
    DirectBuffer put(long position, DirectBuffer source, int offset, int length) {
        Block block = blocks.peekLast();
        if (block == null || block.buffer.capacity() - block.used < length) {
            block = length > BLOCK_BYTES || spare.isEmpty()
                    ? new Block(Math.max(length, BLOCK_BYTES))
                    : spare.removeLast();
            block.used = 0;
            blocks.addLast(block);
        }
        block.buffer.putBytes(block.used, source, offset, length);
        block.used += length;
        block.last = position;
        return block.buffer;
    }

    /** Where the bytes begin that were put last. */
    int lastOffset(int length) {
        return blocks.getLast().used - length;
    }

    /** Nobody needs the bytes of entries up to a position any more. */
    void discardTo(long position) {
        while (!blocks.isEmpty() && blocks.getFirst().last <= position) {
            Block block = blocks.removeFirst();
            if (block.buffer.capacity() == BLOCK_BYTES && spare.size() < SPARE_MAX) {
                spare.addLast(block);
            }
        }
    }
}
