"""What a chart says, in four languages. Wording not yet confirmed by a person."""

from bandung.fairness.languages import Language

SAID: dict[str, dict[Language, str]] = {
    "chart": {
        "en": "Coverage before and after the division",
        "fr": "Couverture avant et après la répartition",
        "es": "Cobertura antes y después del reparto",
        "ar": "التغطية قبل التوزيع وبعده",
    },
    "before": {
        "en": "before",
        "fr": "avant",
        "es": "antes",
        "ar": "قبل",
    },
    "after": {
        "en": "after",
        "fr": "après",
        "es": "después",
        "ar": "بعد",
    },
    "block level": {
        "en": "level of a block",
        "fr": "niveau d’un bloc",
        "es": "nivel de un bloque",
        "ar": "مستوى كتلة",
    },
    "no lot open": {
        "en": "no lot may serve them",
        "fr": "aucun lot ne leur est ouvert",
        "es": "ningún lote les está abierto",
        "ar": "لا دفعة متاحة لها",
    },
    "coverage": {
        "en": "Coverage",
        "fr": "Couverture",
        "es": "Cobertura",
        "ar": "التغطية",
    },
    "order": {
        "en": "Claimants, from the least to the best covered after the division",
        "fr": "Bénéficiaires, du moins couvert au mieux couvert après la répartition",
        "es": "Beneficiarios, del menos al mejor cubierto después del reparto",
        "ar": "الجهات المستفيدة، من الأدنى إلى الأعلى تغطية بعد التوزيع",
    },
    "figures": {
        "en": "Lowest coverage {lowest_before} before, {lowest} after; median {median_before} "
        "before, {median} after; highest {highest} after.",
        "fr": "Couverture la plus basse : {lowest_before} avant, {lowest} après ; médiane : "
        "{median_before} avant, {median} après ; la plus haute : {highest} après.",
        "es": "Cobertura más baja: {lowest_before} antes, {lowest} después; mediana: "
        "{median_before} antes, {median} después; la más alta: {highest} después.",
        "ar": "أدنى تغطية: {lowest_before} قبل، {lowest} بعد؛ الوسيط: {median_before} قبل، "
        "{median} بعد؛ أعلى تغطية: {highest} بعد.",
    },
    "levels": {
        "en": "Levels of the blocks: {levels}.",
        "fr": "Niveaux des blocs : {levels}.",
        "es": "Niveles de los bloques: {levels}.",
        "ar": "مستويات الكتل: {levels}.",
    },
    "empty": {
        "en": "There are no claimants.",
        "fr": "Il n’y a aucun bénéficiaire.",
        "es": "No hay beneficiarios.",
        "ar": "لا توجد جهات مستفيدة.",
    },
}
COUNTED: dict[str, dict[Language, dict[str, str]]] = {
    "claimants": {
        "en": {
            "one": "{count} claimant.",
            "other": "{count} claimants.",
        },
        "fr": {
            "one": "{count} bénéficiaire.",
            "other": "{count} bénéficiaires.",
        },
        "es": {
            "one": "{count} beneficiario.",
            "other": "{count} beneficiarios.",
        },
        "ar": {
            "one": "جهة مستفيدة واحدة.",
            "two": "جهتان مستفيدتان.",
            "few": "{count} جهات مستفيدة.",
            "other": "{count} جهة مستفيدة.",
        },
    },
    "step": {
        "en": {
            "one": "Each step is one claimant.",
            "other": "Each step is the mean of up to {count} claimants.",
        },
        "fr": {
            "one": "Chaque marche est un bénéficiaire.",
            "other": "Chaque marche est la moyenne de {count} bénéficiaires au plus.",
        },
        "es": {
            "one": "Cada escalón es un beneficiario.",
            "other": "Cada escalón es la media de {count} beneficiarios como máximo.",
        },
        "ar": {
            "one": "كل درجة تمثل جهة مستفيدة واحدة.",
            "two": "كل درجة تمثل متوسط جهتين مستفيدتين على الأكثر.",
            "few": "كل درجة تمثل متوسط {count} جهات مستفيدة على الأكثر.",
            "other": "كل درجة تمثل متوسط {count} جهة مستفيدة على الأكثر.",
        },
    },
    "unserved": {
        "en": {
            "one": "No lot may serve {count} claimant.",
            "other": "No lot may serve {count} claimants.",
        },
        "fr": {
            "one": "Aucun lot n’est ouvert à {count} bénéficiaire.",
            "other": "Aucun lot n’est ouvert à {count} bénéficiaires.",
        },
        "es": {
            "one": "Ningún lote está abierto a {count} beneficiario.",
            "other": "Ningún lote está abierto a {count} beneficiarios.",
        },
        "ar": {
            "one": "لا دفعة متاحة لجهة مستفيدة واحدة.",
            "two": "لا دفعة متاحة لجهتين مستفيدتين.",
            "few": "لا دفعة متاحة لعدد {count} جهات مستفيدة.",
            "other": "لا دفعة متاحة لعدد {count} جهة مستفيدة.",
        },
    },
    "beyond": {
        "en": {
            "one": "{count} claimant stands above the top of the scale.",
            "other": "{count} claimants stand above the top of the scale.",
        },
        "fr": {
            "one": "{count} bénéficiaire dépasse le haut de l’échelle.",
            "other": "{count} bénéficiaires dépassent le haut de l’échelle.",
        },
        "es": {
            "one": "{count} beneficiario supera el extremo de la escala.",
            "other": "{count} beneficiarios superan el extremo de la escala.",
        },
        "ar": {
            "one": "جهة مستفيدة واحدة تتجاوز أعلى المقياس.",
            "two": "جهتان مستفيدتان تتجاوزان أعلى المقياس.",
            "few": "{count} جهات مستفيدة تتجاوز أعلى المقياس.",
            "other": "{count} جهة مستفيدة تتجاوز أعلى المقياس.",
        },
    },
}
