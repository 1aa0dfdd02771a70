package io.gatun.master.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The registry at one moment. Immutable, for any thread. Maps are made when they are asked for, the oldest item first;
 * their owner is the caller.
 */
public final class RegistryView {
    private static final int RECORD_BYTES = 1 << 18;
    /** From here on decoding is worth being spread over the processors. */
    private static final int MANY = 10_000;

    private final NavigableMap<Integer, Table.Frozen> tables;
    private final UnknownFieldSet unknown;

    RegistryView(NavigableMap<Integer, Table.Frozen> tables, UnknownFieldSet unknown) {
        this.tables = tables;
        this.unknown = unknown;
    }

    /** Admitted agents by id. */
    public Map<String, AgentRecord> agents() {
        return decode(Kind.AGENT, AgentRecord.parser());
    }

    /**
     * Admitted agents, the oldest first, without decoding them.
     *
     * @throws RegistryException when one is no such record
     */
    public List<StoredAgent> storedAgents() {
        return stream(items(Kind.AGENT)).map(StoredAgent::new).toList();
    }

    /** By id: since when, in ms since the epoch. */
    public Map<String, Long> unreachableAgents() {
        return since(Kind.UNREACHABLE_AGENT);
    }

    /** Agents that an operator has marked gone, by id: since when, in ms since the epoch. */
    public Map<String, Long> goneAgents() {
        return since(Kind.GONE_AGENT);
    }

    /** Ids of agents that may not come back. */
    public Set<String> removedAgents() {
        return since(Kind.REMOVED_AGENT).keySet();
    }

    /** By agent id; also those that have been drained and were not reactivated since. */
    public Map<String, DrainRecord> drainingAgents() {
        return decode(Kind.DRAINING_AGENT, DrainRecord.parser());
    }

    /** By id: since when, in ms since the epoch. */
    public Map<String, Long> deactivatedAgents() {
        return since(Kind.DEACTIVATED_AGENT);
    }

    /** By agent id. */
    public Map<String, ResourcesRecord> agentResources() {
        return decode(Kind.AGENT_RESOURCES, ResourcesRecord.parser());
    }

    /** By agent id. */
    public Map<String, ResourcesRecord> agentVolumes() {
        return decode(Kind.AGENT_VOLUMES, ResourcesRecord.parser());
    }

    /** By id. */
    public Map<String, FrameworkRecord> frameworks() {
        return decode(Kind.FRAMEWORK, FrameworkRecord.parser());
    }

    /** Ids of frameworks that may not come back. */
    public Set<String> removedFrameworks() {
        return since(Kind.REMOVED_FRAMEWORK).keySet();
    }

    /**
     * All tasks, the oldest first, without decoding them: a leader must not wait for half a million of them.
     *
     * @throws RegistryException when one does not tell whose it is
     */
    public List<StoredTask> storedTasks() {
        Names names = new Names();
        return stream(items(Kind.TASK))
                .map(item -> new StoredTask(item, names::one))
                .toList();
    }

    /** By {@link Kind#taskKey}. */
    public Map<String, TaskRecord> tasks() {
        return decode(Kind.TASK, TaskRecord.parser());
    }

    /** Of tasks, by {@link Kind#taskKey}. */
    public Map<String, PendingKillRecord> pendingKills() {
        return decode(Kind.PENDING_KILL, PendingKillRecord.parser());
    }

    /** By role. */
    public Map<String, QuotaRecord> quotas() {
        return decode(Kind.QUOTA, QuotaRecord.parser());
    }

    /** By role. */
    public Map<String, Double> weights() {
        Map<String, Double> weights = new LinkedHashMap<>();
        decode(Kind.WEIGHT, WeightRecord.parser()).forEach((role, record) -> weights.put(role, record.getWeight()));
        return weights;
    }

    /** Machines that are not up, by {@link Kind#machineKey}. */
    public Map<String, MachineRecord> machines() {
        return decode(Kind.MACHINE, MachineRecord.parser());
    }

    /** By key; there is one at most, with an empty key. */
    public Map<String, ScheduleRecord> maintenanceSchedules() {
        return decode(Kind.MAINTENANCE_SCHEDULE, ScheduleRecord.parser());
    }

    /** Addresses by name. */
    public Map<String, VipRecord> vips() {
        return decode(Kind.VIP, VipRecord.parser());
    }

    /** Whether there is nothing at all. */
    public boolean isEmpty() {
        return tables.values().stream().allMatch(table -> table.size() == 0);
    }

    /** How many items there are of a kind. */
    public int count(Kind kind) {
        Table.Frozen table = tables.get(kind.number());
        return table == null ? 0 : table.size();
    }

    private Map<String, Long> since(Kind kind) {
        Map<String, Long> since = new LinkedHashMap<>();
        decode(kind, SinceRecord.parser()).forEach((id, record) -> since.put(id, record.getSinceEpochMs()));
        return since;
    }

    private List<Item> items(Kind kind) {
        Table.Frozen table = tables.get(kind.number());
        return table == null ? List.of() : table.ordered();
    }

    private static <T> Stream<T> stream(List<T> items) {
        return items.size() < MANY ? items.stream() : items.parallelStream();
    }

    private <T> Map<String, T> decode(Kind kind, Parser<T> parser) {
        List<Item> items = items(kind);
        record Decoded<T>(String key, T value) {}
        List<Decoded<T>> decoded = stream(items)
                .map(item -> new Decoded<>(item.key(), item.decode(kind, parser)))
                .toList();
        Map<String, T> byKey = LinkedHashMap.newLinkedHashMap(items.size());
        decoded.forEach(one -> byKey.put(one.key(), one.value()));
        return byKey;
    }

    /** Length of {@link #encoded} in bytes. */
    public long encodedLength() {
        return header().getSerializedSize()
                + tables.values().stream().mapToLong(Table.Frozen::bytes).sum();
    }

    /** Records of about 256 KiB that lead an empty registry to this one. */
    public List<RegistryRecord> records() {
        List<RegistryRecord> records = new ArrayList<>();
        RegistryRecord.Builder record = Changes.empty();
        long bytes = 0;
        try {
            for (Table.Frozen table : tables.values()) {
                for (Item item : table.ordered()) {
                    record.addChanges(Change.parseFrom(item.encoded()));
                    bytes += item.encoded().length;
                    if (bytes >= RECORD_BYTES) {
                        records.add(record.build());
                        record = Changes.empty();
                        bytes = 0;
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException("registry: an item cannot be decoded: " + e.getMessage(), e);
        }
        if (bytes > 0) {
            records.add(record.build());
        }
        return records;
    }

    private RegistrySnapshot header() {
        return RegistrySnapshot.newBuilder()
                .setVersion(Changes.VERSION)
                .setMinReaderVersion(Changes.MIN_READER_VERSION)
                .setUnknownFields(unknown)
                .build();
    }

    /**
     * A {@link RegistrySnapshot}: equal registries lead to equal bytes. Takes some 100 ms per million items; the bytes are
     * made when they are read.
     */
    public Snapshot.State encoded() {
        return new EncodedView(
                header().toByteArray(),
                tables.values().stream().map(Table.Frozen::ordered).toList(),
                encodedLength());
    }

    /** All of {@link #encoded}. */
    public byte[] toByteArray() {
        try (InputStream in = encoded().open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }
}
