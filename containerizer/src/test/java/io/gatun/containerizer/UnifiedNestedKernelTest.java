package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.Limits;
import io.gatun.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/** On cgroup v2, in the VM. */
@KernelTest(timeoutSeconds = 900)
class UnifiedNestedKernelTest extends NestedContract {
    @Test
    void shouldRefuseLimitsOfANestedContainer() {
        rig.launch(rig.shell("parent", new Limits(1, 128L << 20, 100), "sleep 300 & wait"));
        assertThatThrownBy(() -> rig.launch(rig.shell("parent.small", new Limits(0, 40L << 20, 20), "sleep 300")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("limits.memoryBytes cannot be enforced: a nested container shares those");
        assertThat(rig.containerizer.containers()).extracting(Container::id).containsExactly("parent");
    }
}
