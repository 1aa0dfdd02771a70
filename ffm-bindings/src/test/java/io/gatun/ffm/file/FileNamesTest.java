package io.gatun.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
    @TempDir
    Path directory;

    @Test
    void shouldMakeADirectoryOnce() {
        Path made = directory.resolve("made");
        assertThat(FileNames.makeDirectory(made, 0700)).isTrue();
        assertThat(made).isDirectory();
        assertThat(FileNames.makeDirectory(made, 0700)).isFalse();
        assertThatThrownBy(() -> FileNames.makeDirectory(directory.resolve("no/where"), 0700))
                .hasMessage("mkdir " + directory.resolve("no/where") + ": ENOENT (No such file or directory)");
    }

    @Test
    void shouldRenameOverWhatIsThere() throws IOException {
        Path from = Files.writeString(directory.resolve("from"), "new");
        Path to = Files.writeString(directory.resolve("to"), "old");
        FileNames.rename(from, to);
        assertThat(to).hasContent("new");
        assertThat(from).doesNotExist();
        assertThatThrownBy(() -> FileNames.rename(from, to)).hasMessageStartingWith("rename " + from + ": ENOENT");
    }

    @Test
    void shouldRemoveWhatIsThereAndSayWhatIsNot() throws IOException {
        Path file =
                Files.createFile(Files.createDirectory(directory.resolve("d")).resolve("f"));
        assertThatThrownBy(() -> FileNames.removeDirectory(file.getParent()))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTEMPTY));
        assertThat(FileNames.removeFile(file)).isTrue();
        assertThat(FileNames.removeFile(file)).isFalse();
        assertThat(FileNames.removeDirectory(file.getParent())).isTrue();
        assertThat(FileNames.removeDirectory(file.getParent())).isFalse();
    }
}
