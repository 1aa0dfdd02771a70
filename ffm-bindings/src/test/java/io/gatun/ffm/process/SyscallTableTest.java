package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyscallTableTest {
    private static final long ADDRESS = 0x10_0000;
    private static final int FIRST = SyscallTable.HEADER_BYTES;
    private static final int SECOND = FIRST + SyscallTable.RECORD_BYTES;

    private static final SyscallTable TABLE = new SyscallTable(List.of(
            SyscallRecord.of(Syscall.OPENAT, "/f", Operand.of(-100), Operand.text("/f"), Operand.of(1))
                    .as("f"),
            SyscallRecord.of(Syscall.WRITE, "/f", new Operand.Result("f"), new Operand.Bound("data"), Operand.of(2))
                    .orElseGoOn(),
            SyscallRecord.of(
                    Syscall.EXECVE,
                    "/p",
                    Operand.text("/p"),
                    new Operand.Strings(List.of("p", "-x")),
                    new Operand.Words(List.of(7L, 8L), "{}"),
                    new Operand.Ints(List.of(1, 2, 3)))));

    private static ByteBuffer encode(Arch arch) {
        return ByteBuffer.wrap(TABLE.encode(arch, ADDRESS, Map.of("data", 0x77L)))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldPointAtItsRecords() {
        ByteBuffer table = encode(Arch.X86_64);
        assertThat(table.getLong(SyscallTable.FIRST)).isEqualTo(ADDRESS + FIRST);
        assertThat(table.getLong(SyscallTable.END)).isEqualTo(ADDRESS + FIRST + 3 * 72);
        assertThat(table.getLong(SyscallTable.FAILED)).isZero();
    }

    @Test
    void shouldUseTheNumbersOfTheArchitecture() {
        assertThat(encode(Arch.X86_64).getLong(FIRST)).isEqualTo(257);
        assertThat(encode(Arch.AARCH64).getLong(FIRST)).isEqualTo(56);
    }

    @Test
    void shouldPlaceValuesAndStrings() {
        ByteBuffer table = encode(Arch.X86_64);
        assertThat(table.getLong(FIRST + 8)).isEqualTo(-100);
        assertThat(textAt(table, table.getLong(FIRST + 16))).isEqualTo("/f");
        assertThat(table.getLong(FIRST + SyscallTable.FLAGS)).isZero();
    }

    @Test
    void shouldReferToAnEarlierResult() {
        ByteBuffer table = encode(Arch.X86_64);
        assertThat(table.getLong(SECOND + 8)).isEqualTo(ADDRESS + FIRST + SyscallTable.RESULT);
        assertThat(table.getLong(SECOND + 16)).isEqualTo(0x77);
        assertThat(table.getLong(SECOND + SyscallTable.FLAGS))
                .as("argument 0 by reference, may fail")
                .isEqualTo(1 | (1 << 6));
    }

    @Test
    void shouldPlaceArrays() {
        ByteBuffer table = encode(Arch.X86_64);
        int third = SECOND + SyscallTable.RECORD_BYTES;
        int argv = offset(table.getLong(third + 16));
        assertThat(textAt(table, table.getLong(argv))).isEqualTo("p");
        assertThat(textAt(table, table.getLong(argv + 8))).isEqualTo("-x");
        assertThat(table.getLong(argv + 16)).isZero();
        assertThat(table.getLong(offset(table.getLong(third + 24)) + 8)).isEqualTo(8);
        assertThat(table.getInt(offset(table.getLong(third + 32)) + 8)).isEqualTo(3);
    }

    @Test
    void shouldFindTheRecordThatFailed() {
        assertThat(TABLE.failed(ADDRESS + SECOND, ADDRESS))
                .isSameAs(TABLE.records().get(1));
    }

    @Test
    void shouldRefuseWhatIsNotBound() {
        assertThatThrownBy(() -> TABLE.encode(Arch.X86_64, 0, Map.of()))
                .hasMessage("write(f, <data>, 2) /* may fail */: data: is not bound");
    }

    @Test
    void shouldRefuseALaterResult() {
        SyscallTable table = new SyscallTable(List.of(
                SyscallRecord.of(Syscall.CLOSE, "", new Operand.Result("f")),
                SyscallRecord.of(Syscall.OPENAT, "").as("f")));
        assertThatThrownBy(() -> table.encode(Arch.X86_64, 0, Map.of()))
                .hasMessage("close(f): f: names no result of an earlier record");
    }

    @Test
    void shouldRefuseASeventhOperand() {
        Operand[] seven = java.util.Collections.nCopies(7, Operand.NULL).toArray(Operand[]::new);
        assertThatThrownBy(() -> SyscallRecord.of(Syscall.CLOSE, "", seven))
                .hasMessage("close: operands=7: must be at most 6");
    }

    @Test
    void shouldPrintAsAManualPageWould() {
        assertThat(TABLE.records().get(2)).hasToString("execve(\"/p\", [\"p\", \"-x\"], {}, [1, 2, 3])");
        assertThat(TABLE.records().get(0)).hasToString("f = openat(-100, \"/f\", 1)");
    }

    private static int offset(long address) {
        return (int) (address - ADDRESS);
    }

    private static String textAt(ByteBuffer table, long address) {
        int start = offset(address);
        int end = start;
        while (table.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        table.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void shouldPlaceWhatAStructPointsTo() {
        SyscallTable table = new SyscallTable(List.of(SyscallRecord.of(
                Syscall.SECCOMP,
                "filter",
                new Operand.Struct(
                        List.of(Operand.of(2), new Operand.Words(List.of(0x11L, 0x22L), "[]"), new Operand.Bound("fd")),
                        "{len=2}"))));
        ByteBuffer bytes = ByteBuffer.wrap(table.encode(Arch.X86_64, ADDRESS, Map.of("fd", 9L)))
                .order(ByteOrder.LITTLE_ENDIAN);
        int struct = offset(bytes.getLong(FIRST + 8));
        assertThat(bytes.getLong(struct)).isEqualTo(2);
        assertThat(bytes.getLong(struct + 16)).isEqualTo(9);
        int pieces = offset(bytes.getLong(struct + 8));
        assertThat(bytes.getLong(pieces)).isEqualTo(0x11);
        assertThat(bytes.getLong(pieces + 8)).isEqualTo(0x22);
        assertThat(table.records().getFirst()).hasToString("seccomp({len=2})");
    }

    @Test
    void shouldRefuseAStructThatNeedsAResult() {
        assertThatThrownBy(() -> new Operand.Struct(List.of(new Operand.Result("f")), "{fd}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("{fd}: words=")
                .hasMessageEndingWith("must not refer to a result");
    }
}
