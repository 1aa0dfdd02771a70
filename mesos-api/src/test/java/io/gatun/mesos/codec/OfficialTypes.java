package io.gatun.mesos.codec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.gatun.mesos.v1.MesosProto;
import io.gatun.mesos.v1.agent.AgentProto;
import io.gatun.mesos.v1.allocator.AllocatorProto;
import io.gatun.mesos.v1.executor.ExecutorProto;
import io.gatun.mesos.v1.maintenance.MaintenanceProto;
import io.gatun.mesos.v1.master.MasterProto;
import io.gatun.mesos.v1.quota.QuotaProto;
import io.gatun.mesos.v1.resourceprovider.ResourceProviderProto;
import io.gatun.mesos.v1.scheduler.SchedulerProto;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Our v1 files beside the official classes (Apache Mesos 1.11.0), which serve as an independent oracle. */
@SuppressWarnings("ImmutableEnumChecker") // descriptors are immutable, but not marked so
enum OfficialTypes {
    MESOS("", MesosProto.getDescriptor(), org.apache.mesos.v1.Protos.getDescriptor()),
    AGENT("agent.", AgentProto.getDescriptor(), org.apache.mesos.v1.agent.Protos.getDescriptor()),
    ALLOCATOR("allocator.", AllocatorProto.getDescriptor(), org.apache.mesos.v1.allocator.Protos.getDescriptor()),
    EXECUTOR("executor.", ExecutorProto.getDescriptor(), org.apache.mesos.v1.executor.Protos.getDescriptor()),
    MAINTENANCE(
            "maintenance.", MaintenanceProto.getDescriptor(), org.apache.mesos.v1.maintenance.Protos.getDescriptor()),
    MASTER("master.", MasterProto.getDescriptor(), org.apache.mesos.v1.master.Protos.getDescriptor()),
    QUOTA("quota.", QuotaProto.getDescriptor(), org.apache.mesos.v1.quota.Protos.getDescriptor()),
    RESOURCE_PROVIDER(
            "resource_provider.",
            ResourceProviderProto.getDescriptor(),
            org.apache.mesos.v1.resource_provider.Protos.getDescriptor()),
    SCHEDULER("scheduler.", SchedulerProto.getDescriptor(), org.apache.mesos.v1.scheduler.Protos.getDescriptor());

    /** What 1.12-dev added to 1.11.0, as DescriptorOracleTest renders it: all that ours may have beyond the official. */
    static final Set<String> ADDITIONS = Set.of(
            "CapabilityInfo.Capability PERFMON = 1038",
            "CapabilityInfo.Capability BPF = 1039",
            "CapabilityInfo.Capability CHECKPOINT_RESTORE = 1040",
            "MasterInfo.Capability.Type QUOTA_V2 = 3");

    private final String subpackage;
    private final FileDescriptor ours;
    private final org.apache.mesos.protobuf.Descriptors.FileDescriptor official;

    OfficialTypes(
            String subpackage, FileDescriptor ours, org.apache.mesos.protobuf.Descriptors.FileDescriptor official) {
        this.subpackage = subpackage;
        this.ours = ours;
        this.official = official;
    }

    FileDescriptorProto ours() {
        return ours.toProto();
    }

    FileDescriptorProto official() throws InvalidProtocolBufferException {
        return FileDescriptorProto.parseFrom(official.toProto().toByteArray());
    }

    /** Every message type of the file, nested ones included, except the entries of maps. */
    Stream<Descriptor> messages() {
        return ours.getMessageTypes().stream().flatMap(OfficialTypes::withNested);
    }

    private static Stream<Descriptor> withNested(Descriptor type) {
        if (type.getOptions().getMapEntry()) {
            return Stream.empty();
        }
        return Stream.concat(Stream.of(type), type.getNestedTypes().stream().flatMap(OfficialTypes::withNested));
    }

    /** Our generated class for {@code type}. */
    Message prototype(Descriptor type) throws ReflectiveOperationException {
        // Our Java packages have no underscores.
        String name = "io.gatun.mesos.v1." + subpackage.replace("_", "") + binaryName(type);
        return (Message) Class.forName(name).getMethod("getDefaultInstance").invoke(null);
    }

    /** The official class's reading of {@code bytes}. */
    org.apache.mesos.protobuf.Message officialParse(Descriptor type, byte[] bytes) throws ReflectiveOperationException {
        String name = "org.apache.mesos.v1." + subpackage + "Protos$" + binaryName(type);
        return (org.apache.mesos.protobuf.Message)
                Class.forName(name).getMethod("parseFrom", byte[].class).invoke(null, (Object) bytes);
    }

    private static String binaryName(Descriptor type) {
        return type.getContainingType() == null
                ? type.getName()
                : binaryName(type.getContainingType()) + "$" + type.getName();
    }

    static List<OfficialTypes> all() {
        return List.of(values());
    }
}
