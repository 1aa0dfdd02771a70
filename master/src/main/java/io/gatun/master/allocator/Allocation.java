package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;

/** To be offered to a framework in one of its roles; already counted as allocated. */
public record Allocation(String frameworkId, String role, String agentId, Resources resources) {}
