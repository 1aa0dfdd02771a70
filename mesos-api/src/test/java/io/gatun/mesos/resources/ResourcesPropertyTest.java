package io.gatun.mesos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Arithmetic against plain sets of numbers, and the laws that allocation relies on. */
final class ResourcesPropertyTest {
    @Provide
    Arbitrary<SortedSet<Long>> ports() {
        return Arbitraries.longs().between(0, 60).set().ofMaxSize(40).map(TreeSet::new);
    }

    @Provide
    Arbitrary<Resources> scalars() {
        return Combinators.combine(amount("cpus"), amount("mem(eng)"), amount("mem"), amount("disk"))
                .as((a, b, c, d) -> Resources.parse(a + b + c + d));
    }

    private static Arbitrary<String> amount(String name) {
        return Arbitraries.integers().between(0, 5_000).map(millis -> name + ":" + millis / 1000.0 + ";");
    }

    private static Resources of(SortedSet<Long> ports) {
        String ranges = ports.stream().map(port -> port + "-" + port).collect(Collectors.joining(","));
        return Resources.parse("ports:[" + ranges + "]");
    }

    private static List<Long> numbers(Resources resources) {
        return resources.ports().stream()
                .flatMapToLong(range -> LongStream.rangeClosed(range.getBegin(), range.getEnd()))
                .boxed()
                .toList();
    }

    @Property
    void shouldComputeRangesAsSets(@ForAll("ports") SortedSet<Long> left, @ForAll("ports") SortedSet<Long> right) {
        SortedSet<Long> union = new TreeSet<>(left);
        union.addAll(right);
        SortedSet<Long> difference = new TreeSet<>(left);
        difference.removeAll(right);
        assertThat(numbers(of(left).plus(of(right)))).containsExactlyElementsOf(union);
        assertThat(numbers(of(left).minus(of(right)))).containsExactlyElementsOf(difference);
        assertThat(of(left).contains(of(right))).isEqualTo(left.containsAll(right));
        assertThat(of(left).equals(of(right))).isEqualTo(left.equals(right));
        for (int i = 1; i < of(left).ports().size(); i++) {
            assertThat(of(left).ports().get(i).getBegin())
                    .as("neighbours are merged")
                    .isGreaterThan(of(left).ports().get(i - 1).getEnd() + 1);
        }
    }

    @Property
    void shouldUndoAnAddition(@ForAll("scalars") Resources left, @ForAll("scalars") Resources right) {
        Resources sum = left.plus(right);
        assertThat(sum.minus(right)).isEqualTo(left);
        assertThat(sum).isEqualTo(right.plus(left)).hasSameHashCodeAs(left.plus(right));
        assertThat(sum.contains(left)).isTrue();
        assertThat(sum.contains(right)).isTrue();
        assertThat(left.contains(sum)).isEqualTo(right.isEmpty());
        assertThat(left.minus(sum).isEmpty()).isTrue();
    }

    @Property
    void shouldKeepTheValueThroughTextAndMessages(
            @ForAll("scalars") Resources scalars, @ForAll("ports") SortedSet<Long> ports) {
        Resources all = scalars.plus(of(ports));
        assertThat(Resources.parse(all.toString())).isEqualTo(all);
        assertThat(Resources.of(all.toProtos())).isEqualTo(all);
        assertThat(Resources.of(all.toOldProtos())).isEqualTo(all);
        assertThat(all.allocatedTo("eng").unallocated()).isEqualTo(all);
        assertThat(all.allocatedTo("eng").contains(all)).isEqualTo(all.isEmpty());
    }
}
