package io.gatun.containerizer;

/** Ends containers that broke a limit which no kernel holds for us. May be called from any thread. */
@FunctionalInterface
public interface Limiter {
    /**
     * Destroys a container; its termination tells the limitation. Does nothing when it has ended or is ending.
     *
     * @param message names the limit and what was measured
     */
    void limit(String id, Limitation limitation, String message);
}
