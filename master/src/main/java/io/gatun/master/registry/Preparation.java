package io.gatun.master.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** Has items looked at on other processors as they come, so that a term that begins finds it done. One thread. */
final class Preparation {
    private static final int BATCH = 2_048;

    private final Names names = new Names();
    private List<Item> batch = new ArrayList<>(BATCH);

    /** Some time later. */
    void add(Item item) {
        batch.add(item);
        if (batch.size() == BATCH) {
            flush();
        }
    }

    /** Does not wait for more. */
    void flush() {
        List<Item> full = batch;
        batch = new ArrayList<>(BATCH);
        ForkJoinPool.commonPool().execute(() -> full.forEach(item -> item.prepare(names::one)));
    }
}
