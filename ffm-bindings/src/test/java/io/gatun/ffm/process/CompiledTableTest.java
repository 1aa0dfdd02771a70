package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A table that was compiled once and filled in says what one says that was made for these names. */
class CompiledTableTest {
    private static final List<String> ARGV = List.of("/bin/p", "_ARGS_");
    private static final List<String> ENVIRONMENT = List.of("_ENV_=");
    private static final NameForm FORM = new NameForm(List.of("_ID_", "/_BOX_"), List.of(ARGV, ENVIRONMENT));
    private static final Map<String, Long> BINDINGS = Map.of("fd", 9L, "table", -1L);

    private static final SyscallTable TABLE = new SyscallTable(List.of(
            SyscallRecord.of(Syscall.SETHOSTNAME, "_ID_", Operand.text("_ID_"), new Operand.Length("_ID_")),
            SyscallRecord.of(Syscall.OPENAT, "/_BOX_/out", Operand.of(-100), Operand.text("/_BOX_/out"), Operand.of(1))
                    .as("out"),
            SyscallRecord.of(Syscall.OPENAT, "/dev/null", Operand.of(-100), Operand.text("/dev/null")),
            SyscallRecord.of(
                            Syscall.WRITE,
                            "/_BOX_/out",
                            new Operand.Result("out"),
                            Operand.text("_ID_ in /_BOX_"),
                            new Operand.Length("_ID_ in /_BOX_"),
                            new Operand.Length("f\u00fcnf"))
                    .orElseGoOn(),
            SyscallRecord.of(
                    Syscall.SECCOMP,
                    "",
                    new Operand.Bound("fd"),
                    new Operand.Struct(
                            List.of(
                                    Operand.text("of _ID_"),
                                    new Operand.Length("of _ID_"),
                                    Operand.text("fixed"),
                                    new Operand.Bound("table"),
                                    new Operand.Struct(List.of(Operand.text("/_BOX_"), Operand.of(5)), "{}")),
                            "{...}"),
                    new Operand.Words(List.of(0x11L, -2L), "[]"),
                    new Operand.Ints(List.of(1, -2, 3))),
            SyscallRecord.of(
                            Syscall.EXECVE,
                            "/none/p",
                            Operand.text("/none/p"),
                            new Operand.Strings(ARGV),
                            new Operand.Strings(ENVIRONMENT))
                    .orElseGoOn(),
            SyscallRecord.of(
                    Syscall.EXECVE,
                    "/bin/p",
                    Operand.text("/bin/p"),
                    new Operand.Strings(ARGV),
                    new Operand.Strings(List.of("fixed", "_ID_"))),
            SyscallRecord.of(Syscall.CLOSE, "", new Operand.Result("out"))));

    private static Names names(String id, String box, List<String> argv, List<String> environment) {
        return new Names(FORM, List.of(id, box), List.of(argv, environment));
    }

    static Stream<Names> names() {
        return Stream.of(
                names("w", "/b", List.of("/bin/p"), List.of()),
                names("_ID_", "/_BOX_", ARGV, ENVIRONMENT),
                names("", "", List.of(), List.of("")),
                names(
                        "x".repeat(200),
                        "/long/".repeat(700),
                        List.of("/bin/p", "-c", "", "y".repeat(9000)),
                        List.of("A=b")),
                names("\u20ac\u00e4", "/\ud83d\ude00", List.of("\u00fc", "\u20ac"), List.of("L=\u00e9", "M=")));
    }

    private static SyscallTable direct(Names names) {
        return new SyscallTable(TABLE.records().stream().map(names::fill).toList());
    }

    private static List<String> read(byte[] bytes, long address, Names names) {
        return new TableReader(bytes, address).records(direct(names).records());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSayWhatATableOfTheseNamesSays(Names names) {
        CompiledTable.Filled filled = CompiledTable.of(Arch.X86_64, TABLE, FORM).with(names);
        int size = filled.size();
        byte[] bytes = filled.at(0x7f00_0000_1000L, BINDINGS);
        assertThat(bytes).hasSize(size);
        byte[] expected = direct(names).encode(Arch.X86_64, 0x10_0000, BINDINGS);
        assertThat(read(bytes, 0x7f00_0000_1000L, names)).isEqualTo(read(expected, 0x10_0000, names));
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadAsItsManualPagesWould(Arch arch) {
        Names names = names("w\u00e9", "/box", List.of("/bin/p", "-x"), List.of("A=b", "C="));
        byte[] bytes = CompiledTable.of(arch, TABLE, FORM).with(names).at(0x4000, BINDINGS);
        assertThat(read(bytes, 0x4000, names))
                .containsExactly(
                        Syscall.SETHOSTNAME.number(arch) + " \"w\u00e9\" 3 flags=0",
                        Syscall.OPENAT.number(arch) + " -100 \"/box/out\" 1 flags=0",
                        Syscall.OPENAT.number(arch) + " -100 \"/dev/null\" flags=0",
                        Syscall.WRITE.number(arch) + " *record1 \"w\u00e9 in /box\" 11 5 flags=65",
                        Syscall.SECCOMP.number(arch)
                                + " 9 {\"of w\u00e9\" 6 \"fixed\" -1 {\"/box\" 5}} [17, -2] [1, -2, 3] flags=0",
                        Syscall.EXECVE.number(arch) + " \"/none/p\" [/bin/p, -x] [A=b, C=] flags=64",
                        Syscall.EXECVE.number(arch) + " \"/bin/p\" [/bin/p, -x] [fixed, _ID_] flags=0",
                        Syscall.CLOSE.number(arch) + " *record1 flags=1");
    }

    @Test
    void shouldBeTheSameAfterItWasUsed() {
        CompiledTable compiled = CompiledTable.of(Arch.X86_64, TABLE, FORM);
        List<Names> all = names().toList();
        List<CompiledTable.Filled> filled = all.stream().map(compiled::with).toList();
        for (int i = 0; i < all.size(); i++) {
            long address = 0x1000L * (i + 1);
            Map<String, Long> bindings = Map.of("fd", 10L + i, "table", 20L + i);
            assertThat(read(filled.get(i).at(address, bindings), address, all.get(i)))
                    .isEqualTo(read(direct(all.get(i)).encode(Arch.X86_64, 0, bindings), 0, all.get(i)));
        }
    }

    @Test
    void shouldCopyATableInWhichNothingIsOpen() {
        SyscallTable fixed = direct(names("w", "/b", List.of("/bin/p"), List.of()));
        CompiledTable compiled = CompiledTable.of(Arch.X86_64, fixed);
        byte[] first = compiled.with(Names.NONE).at(0x1000, BINDINGS);
        assertThat(compiled.with(Names.NONE).at(0x1000, BINDINGS))
                .isNotSameAs(first)
                .isEqualTo(first)
                .isEqualTo(fixed.encode(Arch.X86_64, 0x1000, BINDINGS));
        assertThat(compiled.with(Names.NONE).table()).isSameAs(fixed);
    }

    @Test
    void shouldRefuseWhatIsNotBound() {
        CompiledTable.Filled filled = CompiledTable.of(Arch.X86_64, TABLE, FORM)
                .with(names().findFirst().orElseThrow());
        assertThatThrownBy(() -> filled.at(0, Map.of("fd", 9L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seccomp(<fd>, {...}, [], [1, -2, 3]): table: is not bound");
    }

    @Test
    void shouldFillInWhatIsPrinted() {
        Names names = names("w\u00e9", "/box", List.of("/bin/p", "-x"), List.of("A=b"));
        assertThat(direct(names).records())
                .extracting(SyscallRecord::toString)
                .startsWith("sethostname(\"w\u00e9\", 3)", "out = openat(-100, \"/box/out\", 1)")
                .contains("execve(\"/none/p\", [\"/bin/p\", \"-x\"], [\"A=b\"]) /* may fail */");
        assertThat(direct(names).records().get(1).object()).isEqualTo("/box/out");
    }

    @Test
    void shouldRefuseNamesOfAnotherForm() {
        CompiledTable compiled = CompiledTable.of(Arch.X86_64, TABLE, FORM);
        assertThatThrownBy(() -> compiled.with(Names.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Names[]: must be of the form that the table was compiled for, [_ID_, /_BOX_]");
    }
}
