package io.gatun.mesos.operator;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An immutable hash map whose changes cost little: a tree of two levels with 64 branches each, over small immutable maps. A
 * change copies two arrays of 64 references and one small map, and shares all the rest.
 */
final class PersistentMap<K, V> {
    private static final int BRANCHES = 64;

    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(new Object[BRANCHES][], 0);

    /** Entries are null, or {@link #BRANCHES} leaves, each null or a non-empty map. */
    private final Object[][] root;

    private final int size;

    private PersistentMap(Object[][] root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // holds nothing
    static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    int size() {
        return size;
    }

    /** The value of {@code key}, or null if there is none. */
    V get(K key) {
        Map<K, V> leaf = leaf(spread(key));
        return leaf == null ? null : leaf.get(key);
    }

    boolean containsKey(K key) {
        return get(key) != null;
    }

    PersistentMap<K, V> with(K key, V value) {
        int hash = spread(key);
        Map<K, V> leaf = leaf(hash);
        Map<K, V> changed = leaf == null ? new HashMap<>(2) : new HashMap<>(leaf);
        boolean isNew = changed.put(key, Objects.requireNonNull(value)) == null;
        return replace(hash, changed, isNew ? size + 1 : size);
    }

    PersistentMap<K, V> without(K key) {
        int hash = spread(key);
        Map<K, V> leaf = leaf(hash);
        if (leaf == null || !leaf.containsKey(key)) {
            return this;
        }
        Map<K, V> changed = new HashMap<>(leaf);
        changed.remove(key);
        return replace(hash, changed.isEmpty() ? null : changed, size - 1);
    }

    /** A live-free view: it never changes, and iterates in no particular order. */
    Collection<V> values() {
        return new AbstractCollection<>() {
            @Override
            public Iterator<V> iterator() {
                return stream().iterator();
            }

            @Override
            public Stream<V> stream() {
                return leaves().flatMap(leaf -> leaf.values().stream());
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The keys, copied. */
    List<K> keys() {
        return leaves().flatMap(leaf -> leaf.keySet().stream()).toList();
    }

    @SuppressWarnings("unchecked") // only with() and without() make leaves
    private Stream<Map<K, V>> leaves() {
        return Arrays.stream(root)
                .filter(Objects::nonNull)
                .flatMap(Arrays::stream)
                .filter(Objects::nonNull)
                .map(leaf -> (Map<K, V>) leaf);
    }

    @SuppressWarnings("unchecked") // only with() and without() make leaves
    private Map<K, V> leaf(int hash) {
        Object[] branch = root[hash & (BRANCHES - 1)];
        return branch == null ? null : (Map<K, V>) branch[hash >>> 6 & (BRANCHES - 1)];
    }

    private PersistentMap<K, V> replace(int hash, Map<K, V> leaf, int newSize) {
        Object[][] newRoot = root.clone();
        Object[] branch = newRoot[hash & (BRANCHES - 1)];
        Object[] newBranch = branch == null ? new Object[BRANCHES] : branch.clone();
        newBranch[hash >>> 6 & (BRANCHES - 1)] = leaf;
        newRoot[hash & (BRANCHES - 1)] = newBranch;
        return new PersistentMap<>(newRoot, newSize);
    }

    /** String hashes of ids that differ in their last digits differ in few bits; this spreads them over the twelve used. */
    private static int spread(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> 16;
    }
}
