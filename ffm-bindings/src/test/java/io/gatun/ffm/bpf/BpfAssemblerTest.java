package io.gatun.ffm.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Instructions as llvm-mc(1) and the kernel's own tests write them: code, registers, offset, immediate. */
class BpfAssemblerTest {
    private static final HexFormat HEX = HexFormat.of();

    private static String hex(BpfAssembler program) {
        return HEX.formatHex(program.assemble());
    }

    @Test
    void shouldEncodeEachInstruction() {
        assertThat(hex(new BpfAssembler().loadWord(2, 1, 4))).isEqualTo("6112040000000000");
        assertThat(hex(new BpfAssembler().and(2, 0xffff))).isEqualTo("54020000ffff0000");
        assertThat(hex(new BpfAssembler().shiftRight(3, 16))).isEqualTo("7403000010000000");
        assertThat(hex(new BpfAssembler().move(1, 3))).isEqualTo("bc31000000000000");
        assertThat(hex(new BpfAssembler().load(0, 1))).isEqualTo("b700000001000000");
        assertThat(hex(new BpfAssembler().exit())).isEqualTo("9500000000000000");
    }

    @Test
    void shouldJumpForward() {
        BpfAssembler.Target end = new BpfAssembler.Target();
        String code = hex(new BpfAssembler()
                .jumpUnlessEqual(4, 136, end)
                .jumpUnlessSame(1, 3, end)
                .exit()
                .at(end)
                .exit());
        assertThat(code).startsWith("5504020088000000" + "5d31010000000000");
    }

    @Test
    void shouldRefuseJumpsThatTheVerifierWouldRefuse() {
        BpfAssembler.Target start = new BpfAssembler.Target();
        assertThatThrownBy(() -> new BpfAssembler()
                        .at(start)
                        .exit()
                        .jumpUnlessEqual(0, 0, start)
                        .assemble())
                .hasMessage("instruction 1: jump to 0: must lead forward within the program");
        assertThatThrownBy(() -> new BpfAssembler()
                        .jumpUnlessEqual(0, 0, new BpfAssembler.Target())
                        .assemble())
                .hasMessage("instruction 0: jump to -1: must lead forward within the program");
        assertThatThrownBy(() -> new BpfAssembler().at(start)).hasMessage("target is bound to instruction 0 already");
        assertThatThrownBy(() -> new BpfAssembler().load(11, 0)).hasMessage("registers 11, 0: must be 0 to 10");
    }

    @Test
    void shouldStopAtARuleThatAllowsEverything() {
        DeviceProgram.Rule all =
                new DeviceProgram.Rule(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), 7);
        assertThat(DeviceProgram.assemble(List.of(all, all)))
                .as("nothing behind it, which the verifier would call unreachable")
                .hasSize(8 * 8);
        assertThat(DeviceProgram.assemble(List.of())).hasSize(8 * 8);
    }
}
