package io.gatun.agent;

import io.gatun.testkit.KernelTest;

/** On cgroup v2, in the VM. */
@KernelTest(timeoutSeconds = 900)
final class AgentContainersKernelTest extends AgentContainersContract {}
