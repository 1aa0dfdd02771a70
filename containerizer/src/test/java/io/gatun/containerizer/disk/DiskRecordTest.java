package io.gatun.containerizer.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskRecordTest {
    @TempDir
    Path directory;

    @Test
    void shouldComeBackAsItWas() {
        DiskRecord record = new DiskRecord(
                1 << 30, List.of(Path.of("/a b\\c"), Path.of("/upper\nline")), List.of(Path.of("/x=y")), 5000);
        record.save(directory);
        assertThat(DiskRecord.load(directory)).contains(record);
        DiskRecord.delete(directory);
        assertThat(DiskRecord.load(directory)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldReadRanges() {
        assertThat(ProjectRange.parse("[5000-10000]")).isEqualTo(new ProjectRange(5000, 10000));
        assertThat(ProjectRange.parse("7-7")).isEqualTo(new ProjectRange(7, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0-5", "9-8", "a-b"})
    void shouldRefuseWhatIsNoRange(String text) {
        assertThatThrownBy(() -> ProjectRange.parse(text))
                .hasMessageStartingWith("xfs_project_range=" + (text.isEmpty() ? ":" : text));
    }
}
