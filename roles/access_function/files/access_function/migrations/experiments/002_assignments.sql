CREATE TABLE experiments.assignment (
    experiment_id bigint NOT NULL,
    variant text NOT NULL,
    subject uuid NOT NULL,
    assigned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (experiment_id, subject),
    FOREIGN KEY (experiment_id, variant) REFERENCES experiments.variant (experiment_id, name)
);

CREATE INDEX assignment_by_variant ON experiments.assignment (experiment_id, variant);
