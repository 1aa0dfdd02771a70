package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.gatun.mesos.v1.AgentInfo;
import java.io.IOException;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;

/**
 * An admitted agent as the registry has it: bytes, of which only is known that they are such a record, and whose. The rest
 * is decoded when somebody wants it for the first time: the agent will soon be back and describe itself. Immutable, for any
 * thread.
 */
public final class StoredAgent {
    private final Item item;
    private final String id;
    private final boolean hasPid;
    private volatile AgentRecord record;

    /**
     * Of an item of that kind.
     *
     * @throws RegistryException when it is no such record
     */
    StoredAgent(Item item) {
        this.item = item;
        this.id = item.key();
        try {
            this.hasPid = readHasPid(item.value());
        } catch (IOException e) {
            throw new RegistryException("registry: " + Kind.AGENT + " '" + id + "': " + e.getMessage(), e);
        }
    }

    /** Passes over the fields, which shows that it is such a record. */
    private static boolean readHasPid(CodedInputStream in) throws IOException {
        boolean hasInfo = false;
        boolean hasPid = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            hasInfo |= WireFormat.getTagFieldNumber(tag) == AgentRecord.INFO_FIELD_NUMBER;
            hasPid |= WireFormat.getTagFieldNumber(tag) == AgentRecord.PID_FIELD_NUMBER;
            in.skipField(tag);
        }
        if (!hasInfo) {
            throw new InvalidProtocolBufferException("has no info");
        }
        return hasPid;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Whether the record tells the agent's address; those of the first release do not. */
    public boolean hasPid() {
        return hasPid;
    }

    /**
     * All of it; decoded once.
     *
     * @throws RegistryException when it cannot be decoded
     */
    public AgentRecord record() {
        AgentRecord known = record;
        if (known == null) {
            known = item.decode(Kind.AGENT, AgentRecord.parser());
            record = known;
        }
        return known;
    }

    /** How agents described themselves; a copy, in which each is decoded when it is looked at. */
    public static List<AgentInfo> infos(Collection<StoredAgent> agents) {
        return agents.isEmpty() ? List.of() : new Infos(agents.toArray(StoredAgent[]::new));
    }

    private static final class Infos extends AbstractList<AgentInfo> implements RandomAccess {
        private final StoredAgent[] agents;

        Infos(StoredAgent[] agents) {
            this.agents = agents;
        }

        @Override
        public AgentInfo get(int index) {
            return agents[index].record().getInfo();
        }

        @Override
        public int size() {
            return agents.length;
        }
    }
}
