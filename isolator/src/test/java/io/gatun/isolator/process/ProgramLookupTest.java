package io.gatun.isolator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgramLookupTest {
    @Test
    void shouldLookAProgramUpAsExecvpDoes() {
        assertThat(ProgramIsolator.programs("./a", Map.of("PATH", "/x"))).containsExactly("./a");
        assertThat(ProgramIsolator.programs("a", Map.of("PATH", "/x::/y"))).containsExactly("/x/a", "./a", "/y/a");
        assertThat(ProgramIsolator.programs("a", Map.of())).containsExactly("/bin/a", "/usr/bin/a");
    }
}
