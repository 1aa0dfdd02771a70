package io.gatun.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class UserModeLinuxTest {
    @ParameterizedTest
    @NullAndEmptySource
    void shouldBeDebiansWhereNoOtherIsNamed(String other) {
        assertThat(UserModeLinux.of(other).kernel()).hasToString("/usr/bin/linux.uml");
    }

    @Test
    void shouldFindTheModulesBesideTheKernel(@TempDir Path dir) {
        UserModeLinux linux = UserModeLinux.of(dir.resolve("linux").toString());

        assertThat(linux.modules()).isEqualTo(dir.resolve("lib/modules"));
        assertThat(linux.command(dir.resolve("init.sh"), 512))
                .contains(dir.resolve("linux").toString());
    }

    @Test
    void shouldRefuseAKernelThatIsNone(@TempDir Path dir) throws IOException {
        Path kernel = Files.writeString(dir.resolve("linux"), "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> UserModeLinux.of(kernel.toString()).missing())
                .withMessage("GATUN_VM_KERNEL=" + kernel + ": must be a program, with its modules below "
                        + dir.resolve("lib/modules"));
    }

    @Test
    void shouldRefuseBlanksInTheCommandLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UserModeLinux.here().command(Path.of("/a b/init.sh"), 512))
                .withMessageStartingWith("init=/a b/init.sh: ");
    }
}
