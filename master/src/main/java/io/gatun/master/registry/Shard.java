package io.gatun.master.registry;

import java.util.function.Consumer;

/**
 * Items by key, in open slots: no objects beside the items, so that half a million cost a collector nothing, and a copy is
 * two copied arrays. One thread, or any number of readers.
 */
final class Shard {
    private static final int FIRST_SLOTS = 16;
    /** Other bits than those by which a table chooses the shard. */
    private static final int SLOT_SHIFT = 4;

    private Item[] items;
    /** Of the items, so that others need not be looked at. */
    private int[] hashes;

    private int size;

    Shard() {
        items = new Item[FIRST_SLOTS];
        hashes = new int[FIRST_SLOTS];
    }

    private Shard(Shard other) {
        items = other.items.clone();
        hashes = other.hashes.clone();
        size = other.size;
    }

    /** What is changed in it is not changed here. */
    Shard copy() {
        return new Shard(this);
    }

    /** Those who choose the shard use the highest bits. */
    static int mix(int hash) {
        return hash * 0x9E3779B9;
    }

    private int home(int hash) {
        return (mix(hash) >>> SLOT_SHIFT) & (items.length - 1);
    }

    /** Where an item of this key is, or would be. */
    private int slot(Item key) {
        int hash = key.hashCode();
        int slot = home(hash);
        while (items[slot] != null && !(hashes[slot] == hash && items[slot].equals(key))) {
            slot = next(slot);
        }
        return slot;
    }

    private int next(int slot) {
        return (slot + 1) & (items.length - 1);
    }

    /** The item of this key, or null. */
    Item get(Item key) {
        return items[slot(key)];
    }

    /** Has an item in place of that of the same key, which is returned; null when there was none. */
    Item put(Item item) {
        int slot = slot(item);
        Item before = items[slot];
        items[slot] = item;
        hashes[slot] = item.hashCode();
        if (before == null) {
            size++;
            if (3 * size > 2 * items.length) {
                grow();
            }
        }
        return before;
    }

    private void grow() {
        Item[] all = items;
        items = new Item[2 * all.length];
        hashes = new int[2 * all.length];
        for (Item item : all) {
            if (item != null) {
                int slot = slot(item);
                items[slot] = item;
                hashes[slot] = item.hashCode();
            }
        }
    }

    /** The item of this key, which is there no more, or null. */
    Item remove(Item key) {
        int hole = slot(key);
        Item before = items[hole];
        if (before == null) {
            return null;
        }
        // Whatever was put further on because this slot was taken comes nearer.
        for (int slot = next(hole); items[slot] != null; slot = next(slot)) {
            int mask = items.length - 1;
            if (((slot - home(hashes[slot])) & mask) >= ((slot - hole) & mask)) {
                items[hole] = items[slot];
                hashes[hole] = hashes[slot];
                hole = slot;
            }
        }
        items[hole] = null;
        size--;
        return before;
    }

    /** In any order. */
    void forEach(Consumer<Item> consumer) {
        for (Item item : items) {
            if (item != null) {
                consumer.accept(item);
            }
        }
    }
}
