package io.gatun.master.operator;

import java.util.function.ObjDoubleConsumer;

/** A part of the master that measures something. Called on any thread; must not block. */
@FunctionalInterface
public interface MetricSource {
    /** Hands over name and value of each metric that has a value now; others are left out, never made up. */
    void collect(ObjDoubleConsumer<String> sink);
}
