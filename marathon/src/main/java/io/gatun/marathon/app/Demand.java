package io.gatun.marathon.app;

/**
 * What one instance needs of a node.
 *
 * @param cpus cores, at least 0.001
 * @param mem MiB
 * @param disk MiB
 */
public record Demand(double cpus, double mem, double disk) {}
