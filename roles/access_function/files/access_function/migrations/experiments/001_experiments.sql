-- Migrations are applied once and never changed. Names are qualified: the search path has PostgreSQL's own alone.
CREATE TABLE experiments.experiment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('draft', 'running', 'stopped')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE experiments.variant (
    experiment_id bigint NOT NULL REFERENCES experiments.experiment,
    name text NOT NULL,
    weight_percent integer NOT NULL CHECK (weight_percent BETWEEN 0 AND 100),
    PRIMARY KEY (experiment_id, name)
);

INSERT INTO experiments.experiment (name, state) VALUES ('checkout-button', 'running'), ('search-ranking', 'draft');

INSERT INTO experiments.variant (experiment_id, name, weight_percent)
SELECT experiment.id, given.name, given.weight_percent
FROM experiments.experiment
JOIN (
    VALUES ('checkout-button', 'blue', 50), ('checkout-button', 'green', 50), ('search-ranking', 'control', 100)
) AS given (experiment, name, weight_percent) ON given.experiment = experiment.name;
