package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.disk.DiskUsagePart;
import io.gatun.containerizer.userns.UserNamespacePart;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePartsTest {
    @Test
    void shouldOpenWhatIsSelected() throws Exception {
        AgentFlags flags = new AgentFlags();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        assertThat(StorageParts.of(flags, Isolators.standard())
                        .open(Path.of("/tmp"), (id, limitation, message) -> {}, opened::push))
                .isEmpty();
        assertThat(StorageParts.of(flags, Isolators.parse("posix/disk,namespaces/user"))
                        .open(Path.of("/tmp"), (id, limitation, message) -> {}, opened::push))
                .hasExactlyElementsOfTypes(DiskUsagePart.class, UserNamespacePart.class);
        assertThat(opened).hasSize(2);
        for (AutoCloseable part : opened) {
            part.close();
        }
    }

    @Test
    void shouldReadIds() {
        assertThat(StorageParts.ids("100000-165535")).isEqualTo(new IdMapping(100_000, 65_536));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0-10", "9-8", "1-4294967295", "a-b"})
    void shouldRefuseOtherIds(String text) {
        assertThatThrownBy(() -> StorageParts.ids(text))
                .hasMessage("user_namespace_ids=" + text
                        + ": must be FIRST-LAST, two ids above 0 and below 2147483647, like 100000-165535");
    }
}
