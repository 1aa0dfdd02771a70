package io.gatun.isolator.security.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.seccomp.SeccompAction.Kind;
import io.gatun.isolator.security.seccomp.SeccompRule.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiled programs against the plain meaning of their profiles. */
class FilterCompilerTest {
    private static final KernelVersion KERNEL = new KernelVersion(6, 1);
    /** Around the words that are compared: halves equal, one off, all ones. */
    private static final List<Long> CORNERS =
            List.of(0L, 1L, -1L, 0xffff_ffffL, 0x1_0000_0000L, 0x1_0000_0001L, 0x8000_0000L, Long.MIN_VALUE, 42L);

    private static final List<String> NAMES = List.of(
            "read",
            "write",
            "open",
            "openat",
            "socket",
            "clone",
            "clone3",
            "socketcall",
            "mmap2",
            "uretprobe",
            "personality",
            "futex_waitv",
            "s390_sthyi",
            "ioctl");

    private static SeccompTarget target(SeccompArch arch, Capability... bounding) {
        return new SeccompTarget(arch, KERNEL, Set.of(bounding));
    }

    @Property(tries = 400)
    void shouldMeanWhatTheProfileMeans(
            @ForAll("profiles") SeccompProfile profile, @ForAll SeccompArch arch, @ForAll("arguments") long[] args) {
        SeccompTarget target = target(arch == SeccompArch.X86 ? SeccompArch.X86_64 : arch, Capability.SYS_ADMIN);
        List<Long> program = FilterCompiler.compile("p", profile, target).instructions();
        Bpf.check(program);
        List<SeccompArch> conventions = profile.conventions(target);
        for (SeccompArch convention : SeccompArch.values()) {
            for (int number : numbers(convention)) {
                SeccompAction wanted = conventions.contains(convention)
                        ? Policy.answer(profile, target, convention, number, args)
                        : SeccompAction.KILL_PROCESS;
                assertThat(Bpf.run(program, convention.auditArch(), number, args))
                        .as("%s %d", convention, number)
                        .isEqualTo(wanted.returnValue());
            }
        }
    }

    private static List<Integer> numbers(SeccompArch arch) {
        List<Integer> numbers = new ArrayList<>(List.of(
                0, 1, 334, 336, 469, 470, 471, 512, 0x3fff_ffff, 0x4000_0000, 0x4000_0001, -1, Integer.MIN_VALUE));
        for (String name : NAMES) {
            SyscallNames.number(name, arch).ifPresent(number -> numbers.addAll(List.of(number, number + 1)));
        }
        return numbers;
    }

    @Provide
    Arbitrary<SeccompProfile> profiles() {
        Arbitrary<SeccompAction> actions = Combinators.combine(
                        Arbitraries.of(Kind.values()), Arbitraries.integers().between(0, 4095))
                .as((kind, data) -> new SeccompAction(kind, kind == Kind.ERRNO || kind == Kind.TRACE ? data : 0));
        Arbitrary<ArgCondition> conditions = Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(ArgCondition.Op.values()),
                        words(),
                        words())
                .as((index, op, value, two) ->
                        new ArgCondition(index, op, value, op == ArgCondition.Op.MASKED_EQ ? two & value : two));
        Arbitrary<Scope> scopes = Arbitraries.of(
                Scope.NONE,
                Scope.NONE,
                new Scope(Set.of(Capability.SYS_ADMIN), Set.of(), Optional.empty()),
                new Scope(Set.of(Capability.BPF), Set.of("arm64"), Optional.empty()),
                new Scope(Set.of(), Set.of(), Optional.of(new KernelVersion(6, 2))));
        Arbitrary<SeccompRule> rules = Combinators.combine(
                        Arbitraries.of(NAMES).list().ofMinSize(1).ofMaxSize(5),
                        actions,
                        conditions.list().ofMaxSize(3),
                        scopes,
                        scopes)
                .as(SeccompRule::new);
        return Combinators.combine(
                        actions,
                        Arbitraries.of(SeccompArch.values()).set(),
                        rules.list().ofMaxSize(12))
                .as((otherwise, arches, all) -> new SeccompProfile(otherwise, arches, 0, all));
    }

    private static Arbitrary<Long> words() {
        return Arbitraries.oneOf(Arbitraries.of(CORNERS), Arbitraries.longs());
    }

    @Provide
    Arbitrary<long[]> arguments() {
        return words().array(long[].class).ofSize(6);
    }

    @Test
    void shouldReachOutcomesThatLieFarApart() {
        // Every other call has an outcome of its own, with arguments: far more than 255 instructions.
        List<SeccompRule> rules = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            String name = nameOf(i * 2);
            rules.add(new SeccompRule(
                    List.of(name),
                    new SeccompAction(Kind.ERRNO, i + 1),
                    List.of(new ArgCondition(i % 6, ArgCondition.Op.GT, (long) i << 30, 0)),
                    Scope.NONE,
                    Scope.NONE));
        }
        SeccompProfile profile = new SeccompProfile(SeccompAction.ALLOW, Set.of(), 0, rules);
        SeccompTarget target = target(SeccompArch.X86_64);
        List<Long> program = FilterCompiler.compile("p", profile, target).instructions();
        Bpf.check(program);
        assertThat(program).hasSizeGreaterThan(1000);
        for (int number = 0; number < 310; number++) {
            for (long word : CORNERS) {
                long[] args = {word, word, word, word, word, word};
                assertThat(Bpf.run(program, SeccompArch.X86_64.auditArch(), number, args))
                        .isEqualTo(Policy.answer(profile, target, SeccompArch.X86_64, number, args)
                                .returnValue());
            }
        }
    }

    private static String nameOf(int number) {
        return SyscallNamesTest.names().stream()
                .filter(name -> SyscallNames.number(name, SeccompArch.X86_64).orElse(-1) == number)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = SeccompArch.class,
            names = {"X86_64", "AARCH64"})
    void shouldCompileTheDefaultProfile(SeccompArch arch) {
        for (Set<Capability> bounding : List.of(Set.<Capability>of(), Capability.CONTAINER, Capability.ALL)) {
            SeccompTarget target = new SeccompTarget(arch, KERNEL, bounding);
            SeccompProfile profile = ProfileReader.read("default", DefaultProfileTest.json());
            List<Long> program =
                    new SeccompProfiles(Optional.empty()).standard(target).instructions();
            Bpf.check(program);
            for (int number = -2; number < 600; number++) {
                for (long word : List.of(0L, 1L, 16L, 40L, 0x5412L, 0x7e02_0080L, 0xffff_ffffL, 0x1_0000_0001L)) {
                    long[] args = {word, word, word, word, word, word};
                    int[] answer = Bpf.trace(program, arch.auditArch(), number, args);
                    assertThat(answer[0])
                            .as("%s %d(%d)", arch, number, word)
                            .isEqualTo(Policy.answer(profile, target, arch, number, args)
                                    .returnValue());
                    assertThat(answer[1]).as("instructions run").isLessThan(40);
                }
            }
            assertThat(program).as("short enough to be copied at every launch").hasSizeLessThan(220);
        }
    }
}
