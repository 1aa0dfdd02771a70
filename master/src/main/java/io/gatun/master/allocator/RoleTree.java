package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Roles by their paths. What {@code eng/web} holds counts for {@code eng} as well, so that {@code eng} competes with
 * other top-level roles as a whole, and {@code eng/web} with its siblings for the part of {@code eng}.
 */
final class RoleTree {
    private static final class Node {
        final Share share;
        final Map<String, Node> children = new HashMap<>();
        /** Frameworks in exactly this role, in its leaf node. */
        int frameworks;

        Node(Share share) {
            this.share = share;
        }
    }

    /** Stands for the frameworks in a role that has roles below it; no component may be called so. */
    private static final String SELF = ".";

    private Map<String, Double> weights;
    private final Node root = new Node(new Share("", 1));

    RoleTree(Map<String, Double> weights) {
        this.weights = weights;
    }

    /** Takes over other weights, by role; to be followed by {@link #refresh}. */
    void weigh(Map<String, Double> newWeights) {
        weights = newWeights;
        weigh(root, "");
    }

    private void weigh(Node node, String path) {
        node.children.forEach((component, child) -> {
            if (!component.equals(SELF)) {
                String role = path.isEmpty() ? component : path + "/" + component;
                child.share.weigh(weights.getOrDefault(role, 1.0));
                weigh(child, role);
            }
        });
    }

    void addFramework(String role) {
        leaf(role).frameworks++;
    }

    void removeFramework(String role) {
        leaf(role).frameworks--;
    }

    void allocated(String role, Resources resources, Amounts total) {
        alongPath(role, node -> node.share.allocated(resources, total));
    }

    void recovered(String role, Resources resources, Amounts total) {
        alongPath(role, node -> node.share.recovered(resources, total));
    }

    void refresh(Amounts total) {
        refresh(root, total);
    }

    private static void refresh(Node node, Amounts total) {
        node.share.refresh(total);
        node.children.values().forEach(child -> refresh(child, total));
    }

    /** Roles that have frameworks, the one that is due first. */
    List<String> sorted() {
        List<String> roles = new ArrayList<>();
        collect(root, "", roles);
        return roles;
    }

    private static void collect(Node node, String path, List<String> roles) {
        List<Node> children = new ArrayList<>(node.children.values());
        children.sort((a, b) -> Share.FAIREST_FIRST.compare(a.share, b.share));
        for (Node child : children) {
            if (child.share.name.equals(SELF)) {
                if (child.frameworks > 0) {
                    roles.add(path);
                }
            } else {
                collect(child, path.isEmpty() ? child.share.name : path + "/" + child.share.name, roles);
            }
        }
    }

    private Node leaf(String role) {
        Node[] last = new Node[1];
        alongPath(role, node -> last[0] = node);
        return last[0];
    }

    /** Visits the nodes of the path without the root, and the leaf that stands for the role itself. */
    private void alongPath(String role, Consumer<Node> visitor) {
        Node node = root;
        StringBuilder path = new StringBuilder();
        for (String component : role.split("/", -1)) {
            path.append(path.isEmpty() ? "" : "/").append(component);
            double weight = weights.getOrDefault(path.toString(), 1.0);
            node = node.children.computeIfAbsent(component, name -> new Node(new Share(name, weight)));
            visitor.accept(node);
        }
        visitor.accept(node.children.computeIfAbsent(SELF, name -> new Node(new Share(name, 1))));
    }
}
