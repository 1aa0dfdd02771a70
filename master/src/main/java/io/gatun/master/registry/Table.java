package io.gatun.master.registry;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * The items of one kind, in shards. A frozen copy shares all shards and costs no more than their number; the first change
 * of a shard after that copies it, some hundred references. So nobody waits for a snapshot, however large. One thread;
 * frozen copies may be read by any.
 */
final class Table {
    private static final int SHARD_BITS = 10;
    private static final int SHARDS = 1 << SHARD_BITS;

    /** A table as it was at one moment; immutable. */
    static final class Frozen {
        private final Shard[] shards;
        private final int size;
        private final long bytes;

        private Frozen(Shard[] shards, int size, long bytes) {
            this.shards = shards;
            this.size = size;
            this.bytes = bytes;
        }

        int size() {
            return size;
        }

        /** How many bytes all of them take in a snapshot. */
        long bytes() {
            return bytes;
        }

        /** The oldest first. Numbers are sorted, and not items, which lie all over the memory. */
        List<Item> ordered() {
            Item[] items = new Item[size];
            long[] places = new long[size];
            // A million items leave room for 2^43 changes, a century of many thousands a second.
            int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
            int[] count = new int[1];
            for (Shard shard : shards) {
                if (shard != null) {
                    shard.forEach(item -> {
                        items[count[0]] = item;
                        places[count[0]] = (item.sequence() << indexBits) | count[0];
                        count[0]++;
                    });
                }
            }
            Arrays.sort(places);
            Item[] ordered = new Item[size];
            for (int i = 0; i < size; i++) {
                ordered[i] = items[(int) places[i] & ((1 << indexBits) - 1)];
            }
            return Arrays.asList(ordered);
        }
    }

    private final int max;
    private final Shard[] shards = new Shard[SHARDS];
    private final boolean[] shared = new boolean[SHARDS];
    /** For tables with a bound only; items that were removed since are passed over. */
    private final ArrayDeque<Item> byAge = new ArrayDeque<>();

    private int size;
    private long bytes;

    /** @param max the oldest items are forgotten beyond it */
    Table(int max) {
        this.max = max;
    }

    int size() {
        return size;
    }

    /** Returns what is there now: an item that replaces another takes its place in the order. */
    Item put(Item item) {
        Shard shard = writable(item);
        Item before = shard.put(item);
        bytes += item.bytesInSnapshot();
        if (before != null) {
            bytes -= before.bytesInSnapshot();
            Item after = item.withSequence(before.sequence());
            shard.put(after);
            return after;
        }
        size++;
        if (max < Integer.MAX_VALUE) {
            byAge.addLast(item);
            forgetOldest();
        }
        return item;
    }

    void remove(Item key) {
        Item before = shards[index(key)] == null ? null : writable(key).remove(key);
        if (before != null) {
            size--;
            bytes -= before.bytesInSnapshot();
        }
    }

    private void forgetOldest() {
        while (size > max) {
            Item oldest = byAge.removeFirst();
            if (live(oldest)) {
                remove(oldest);
            }
        }
        // Items that come and go for ever would pile up until they are the oldest.
        if (byAge.size() > 2 * max) {
            byAge.removeIf(item -> !live(item));
        }
    }

    private boolean live(Item item) {
        Shard shard = shards[index(item)];
        Item now = shard == null ? null : shard.get(item);
        return now != null && now.sequence() == item.sequence();
    }

    private Shard writable(Item item) {
        int index = index(item);
        if (shards[index] == null) {
            shards[index] = new Shard();
        } else if (shared[index]) {
            shards[index] = shards[index].copy();
        }
        shared[index] = false;
        return shards[index];
    }

    private static int index(Item item) {
        return Shard.mix(item.hashCode()) >>> (Integer.SIZE - SHARD_BITS);
    }

    Frozen freeze() {
        for (int i = 0; i < SHARDS; i++) {
            shared[i] = shards[i] != null;
        }
        return new Frozen(shards.clone(), size, bytes);
    }
}
