package io.gatun.master.registry;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The items of one kind, in shards. A frozen copy shares all shards and costs no more than their number; the first change
 * of a shard after that copies it, some hundred references. So nobody waits for a snapshot, however large. One thread;
 * frozen copies may be read by any.
 */
final class Table {
    private static final int SHARDS = 1 << 10;

    /** A table as it was at one moment; immutable. */
    static final class Frozen {
        private final Map<Item, Item>[] shards;
        private final int size;

        private Frozen(Map<Item, Item>[] shards, int size) {
            this.shards = shards;
            this.size = size;
        }

        int size() {
            return size;
        }

        /** In any order. */
        Stream<Item> items() {
            return Arrays.stream(shards).filter(Objects::nonNull).flatMap(shard -> shard.values().stream());
        }

        /** The oldest first. */
        List<Item> ordered() {
            Item[] items = items().toArray(Item[]::new);
            Arrays.sort(items, Comparator.comparingLong(Item::sequence));
            return Arrays.asList(items);
        }
    }

    private final int max;
    private final Map<Item, Item>[] shards = emptyShards();
    private final boolean[] shared = new boolean[SHARDS];
    /** For tables with a bound only; items that were removed since are passed over. */
    private final ArrayDeque<Item> byAge = new ArrayDeque<>();

    private int size;

    /** @param max the oldest items are forgotten beyond it */
    Table(int max) {
        this.max = max;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Arrays of generic types cannot be made otherwise.
    private static Map<Item, Item>[] emptyShards() {
        return new Map[SHARDS];
    }

    int size() {
        return size;
    }

    /** An item that replaces another takes its place in the order. */
    void put(Item item) {
        Map<Item, Item> shard = writable(item);
        Item before = shard.get(item);
        if (before != null) {
            // Not put(): it would keep the old item as the key, and with it the old bytes.
            shard.remove(before);
            Item after = item.withSequence(before.sequence());
            shard.put(after, after);
            return;
        }
        shard.put(item, item);
        size++;
        if (max < Integer.MAX_VALUE) {
            byAge.addLast(item);
            forgetOldest();
        }
    }

    void remove(Item key) {
        if (shards[shard(key)] != null && writable(key).remove(key) != null) {
            size--;
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
        Map<Item, Item> shard = shards[shard(item)];
        Item now = shard == null ? null : shard.get(item);
        return now != null && now.sequence() == item.sequence();
    }

    private Map<Item, Item> writable(Item item) {
        int index = shard(item);
        if (shards[index] == null) {
            shards[index] = new HashMap<>();
        } else if (shared[index]) {
            shards[index] = new HashMap<>(shards[index]);
        }
        shared[index] = false;
        return shards[index];
    }

    private static int shard(Item item) {
        // Other bits than those by which a HashMap of some hundred chooses.
        return (item.hashCode() * 0x9E3779B9) >>> 22;
    }

    Frozen freeze() {
        for (int i = 0; i < SHARDS; i++) {
            shared[i] = shards[i] != null;
        }
        return new Frozen(shards.clone(), size);
    }
}
