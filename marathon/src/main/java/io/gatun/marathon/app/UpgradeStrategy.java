package io.gatun.marathon.app;

/**
 * Bounds during a restart or upgrade, each a share of the instances in 0..1.
 *
 * @param minimumHealthCapacity so many stay healthy
 * @param maximumOverCapacity so many may run in addition
 */
public record UpgradeStrategy(double minimumHealthCapacity, double maximumOverCapacity) {}
