package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine code that is written at run time, disassembled by binutils, against the listings. */
class ListingTest {
    private static final Path SOURCES = Path.of("src/main/java/io/gatun/ffm/process");
    private static final Pattern INSTRUCTION = Pattern.compile("\\s*([0-9a-f]+):\\s+(.*)");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void shouldAssembleTheTrampolineAsListed(Arch arch) throws IOException, InterruptedException {
        assertThat(disassemble(arch, Trampoline.assemble(arch))).isEqualTo(listing("Trampoline.java", arch));
    }

    @ParameterizedTest
    @EnumSource
    void shouldAssembleTheInitAsListed(Arch arch) throws IOException, InterruptedException {
        Path listing = Path.of("src/test/resources/io/gatun/ffm/process", "init." + name(arch) + ".lst");
        assertThat(disassemble(arch, InitCode.assemble(arch))).isEqualTo(Files.readAllLines(listing));
    }

    private static String name(Arch arch) {
        return arch.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The comment that starts with {@code Listing, x86_64:}, a line each. */
    private static List<String> listing(String source, Arch arch) throws IOException {
        List<String> found = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(SOURCES.resolve(source))) {
            if (line.contains("Listing, " + name(arch) + ":")) {
                inside = true;
            } else if (inside && line.contains("*/")) {
                break;
            } else if (inside) {
                found.add(line.replaceFirst("^\\s*\\*\\s?", "").strip());
            }
        }
        assertThat(found).as(source + " has no listing for " + arch).isNotEmpty();
        return found;
    }

    private List<String> disassemble(Arch arch, byte[] code) throws IOException, InterruptedException {
        String tool = arch == Arch.X86_64 ? "x86_64-linux-gnu-objdump" : "aarch64-linux-gnu-objdump";
        assumeTrue(
                List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(part -> Files.isExecutable(Path.of(part, tool))),
                tool + " is missing: package binutils-"
                        + tool.replace("-linux-gnu-objdump", "").replace('_', '-') + "-linux-gnu");
        Path file = Files.write(directory.resolve("code"), code);
        List<String> command = new ArrayList<>(List.of(tool, "-D", "-b", "binary", "--no-show-raw-insn"));
        command.addAll(arch == Arch.X86_64 ? List.of("-m", "i386:x86-64", "-M", "intel") : List.of("-m", "aarch64"));
        command.add(file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0)
                .as(output)
                .isTrue();
        return output.lines()
                .map(INSTRUCTION::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1) + ": " + instruction(m.group(2)))
                .toList();
    }

    /** One space between words, and none of objdump's own remarks ("// #435", "// b.none"). */
    private static String instruction(String text) {
        return text.replaceAll("\\s*//.*", "").replaceAll("\\s+", " ").strip();
    }
}
