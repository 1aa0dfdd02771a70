package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A set of non-negative integers as closed intervals: sorted, disjoint, and merged where they touch, so that equal sets have
 * equal forms. The ends are at most {@link Long#MAX_VALUE} - 1, which keeps {@code end + 1} representable.
 */
record Intervals(List<Interval> intervals) implements Quantity {
    /** From {@code begin} to {@code end}, both included. */
    record Interval(long begin, long end) {
        Interval {
            if (begin < 0 || end < begin || end == Long.MAX_VALUE) {
                throw new ResourceException(
                        begin + "-" + end, "a range must run from 0 or more up to its end, below 2^63 - 1");
            }
        }
    }

    static final Intervals NONE = new Intervals(List.of());

    /** The intervals may come in any order, and may overlap. */
    static Intervals of(Collection<Interval> any) {
        Interval[] sorted = any.toArray(new Interval[0]);
        Arrays.sort(sorted, Comparator.comparingLong(Interval::begin));
        List<Interval> merged = new ArrayList<>(sorted.length);
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && next.begin() <= last.end() + 1) {
                merged.set(merged.size() - 1, new Interval(last.begin(), Math.max(last.end(), next.end())));
            } else {
                merged.add(next);
            }
        }
        return new Intervals(List.copyOf(merged));
    }

    static Intervals of(Value.Ranges ranges) {
        return of(ranges.getRangeList().stream()
                .map(range -> new Interval(range.getBegin(), range.getEnd()))
                .toList());
    }

    @Override
    public boolean isEmpty() {
        return intervals.isEmpty();
    }

    @Override
    public Quantity plus(Quantity other) {
        List<Interval> all = new ArrayList<>(intervals);
        all.addAll(((Intervals) other).intervals);
        return of(all);
    }

    @Override
    public Quantity minus(Quantity other) {
        List<Interval> taken = ((Intervals) other).intervals;
        List<Interval> rest = new ArrayList<>();
        int first = 0;
        for (Interval have : intervals) {
            while (first < taken.size() && taken.get(first).end() < have.begin()) {
                first++;
            }
            long begin = have.begin();
            for (int i = first; i < taken.size() && taken.get(i).begin() <= have.end(); i++) {
                Interval cut = taken.get(i);
                if (cut.begin() > begin) {
                    rest.add(new Interval(begin, cut.begin() - 1));
                }
                begin = Math.max(begin, cut.end() + 1);
            }
            if (begin <= have.end()) {
                rest.add(new Interval(begin, have.end()));
            }
        }
        return new Intervals(List.copyOf(rest));
    }

    @Override
    public boolean contains(Quantity other) {
        return other.minus(this).isEmpty();
    }

    @Override
    public Value.Type type() {
        return Value.Type.RANGES;
    }

    Value.Ranges toProto() {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        intervals.forEach(i ->
                ranges.addRange(Value.Range.newBuilder().setBegin(i.begin()).setEnd(i.end())));
        return ranges.build();
    }

    @Override
    public void writeTo(Resource.Builder into) {
        into.setRanges(toProto());
    }

    @Override
    public String text() {
        return intervals.stream().map(i -> i.begin() + "-" + i.end()).collect(Collectors.joining(", ", "[", "]"));
    }
}
