package io.gatun.containerizer;

import io.gatun.testkit.KernelTest;

/** On cgroup v2, in the VM. */
@KernelTest
class UnifiedKnownPlansKernelTest extends KnownPlansContract {}
